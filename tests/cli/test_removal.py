"""``grade forget`` and ``grade clean``."""

from pathlib import Path

import pytest

from cli.samples import DEAF, RIGHT, FakeSandbox
from grader.runs.run import Run


@pytest.fixture
def runs(the_class):
    """A class whose first student handed in twice: better, and then worse."""
    the_class(["a.py", "b.py"], [RIGHT, RIGHT])
    Path("class/a.py").write_text("# changed\n")
    the_class([], [DEAF])
    assert len(stored()) == 3
    return Path("runs")


def stored() -> list[str]:
    found = [Run(path.parent) for path in Path("runs").glob("*/versions.json")]
    return sorted(run.info().submission for run in found)


def points(grade) -> dict[str, str]:
    rows = [line.split(",") for line in grade("book")[1].splitlines()[1:]]
    return {row[0]: row[2] for row in rows}


def test_what_no_longer_counts_is_removed(runs, grade):
    before = points(grade)
    status, out, _ = grade("clean", "--yes")
    assert (status, stored(), points(grade)) == (0, ["a.py", "b.py"], before)
    assert "1 run removed, with 0." in out
    assert grade("verify", "runs")[0] == 0
    assert "0 runs removed, with 0.0 MB" in grade("clean", "--yes")[1]


def test_runs_for_some_checks_are_removed(runs, grade, monkeypatch):
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: FakeSandbox(RIGHT))
    grade("--only", "starts", "--sandbox", "none", "class/b.py")
    assert len(list(runs.glob("*/partial.json"))) == 1
    grade("clean", "--yes")
    assert (list(runs.glob("*/partial.json")), stored()) == ([], ["a.py", "b.py"])


def test_what_is_unfinished_or_cannot_be_read_stays(runs, grade):
    (older, newer) = sorted(runs.glob("a-*"), key=lambda path: Run(path).info().time)
    (older / "events.jsonl").unlink()
    (newer / "report.json").write_text("{")
    grade("clean", "--yes")
    assert len(stored()) == 3


@pytest.mark.parametrize("command", [("clean",), ("forget", "a.py")])
def test_nothing_is_removed_without_yes(runs, grade, command):
    status, out, _ = grade(*command)
    assert (status, len(stored())) == (0, 3)
    assert "Nothing was removed: add --yes." in out


@pytest.mark.parametrize("name", ["a.py", "a"])
def test_a_student_is_forgotten(runs, grade, name):
    status, out, err = grade("forget", name, "--yes")
    assert (status, stored(), err) == (0, ["b.py"], "")
    assert "2 runs removed, with 0." in out
    assert "a.py" not in (runs / "index.html").read_text()
    assert grade("verify", "runs")[0] == 0


def test_decisions_about_a_forgotten_student_are_named(runs, grade):
    run = next(runs.glob("a-*"))
    grade("decide", run, "starts", "fail", "--reason", "seen", "--by", "Li")
    assert "Decisions stay: edit runs/overrides.toml" in grade("forget", "a.py", "--yes")[2]


def test_the_last_student_is_forgotten(runs, grade):
    grade("forget", "a.py", "--yes")
    assert grade("forget", "b.py", "--yes")[0] == 0
    assert (stored(), (runs / "index.html").exists()) == ([], False)


def test_an_unknown_student_is_an_error(runs, grade):
    status, _, err = grade("forget", "c.py", "--yes")
    assert (status, len(stored())) == (2, 3)
    assert "There is no run of c.py in runs." in err


def test_no_link_is_followed(runs, grade, tmp_path):
    (run,) = runs.glob("b-*")
    run.rename(tmp_path / "elsewhere")
    (runs / "b-link").symlink_to(tmp_path / "elsewhere")
    assert grade("forget", "b.py", "--yes")[0] == 2
    assert (tmp_path / "elsewhere/versions.json").exists()
