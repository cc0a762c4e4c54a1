"""What is graded again, and what an earlier run is used for."""

from pathlib import Path

import pytest

from cli.samples import DEAF, RIGHT
from grader.runs.folder import find_finished


def test_an_earlier_run_is_used(the_class):
    names = ["a.py", "b.py"]
    first = the_class(names, [RIGHT, DEAF])[1]
    again = the_class(names, [])[1]
    assert again == first
    assert len(list(Path("runs").glob("*/"))) == 2


def test_a_copied_submission_has_a_run_of_its_own(the_class):
    the_class(["a.py", "b.py"], [RIGHT, DEAF])
    Path("class/b.py").write_bytes(Path("class/a.py").read_bytes())
    _, lines, _ = the_class([], [RIGHT])
    assert lines[:2] == ["a.py  100 of 100 points", "b.py  100 of 100 points"]


@pytest.mark.parametrize("options", [["--fresh"], ["--seed", "1"], ["--rubric", "limits.toml"]])
def test_other_options_of_the_play_need_a_new_run(the_class, options):
    Path("limits.toml").write_text("limits.patience = 1")
    names = ["a.py", "b.py"]
    the_class(names, [RIGHT, RIGHT])
    _, lines, _ = the_class(names, [DEAF, DEAF], *options)
    assert lines[0] == "a.py    0 of 100 points  failed: starts"
    assert len(list(Path("runs").glob("*/"))) == 4


def test_a_changed_submission_is_run_again(the_class):
    the_class(["a.py", "b.py"], [RIGHT, RIGHT])
    Path("class/a.py").write_text("# changed\n")
    _, lines, _ = the_class([], [DEAF])
    assert lines[0] == "a.py    0 of 100 points  failed: starts"


def test_a_submission_that_is_changed_back_counts_as_it_is(the_class, grade):
    names = ["a.py", "b.py"]
    the_class(names, [RIGHT, RIGHT])
    Path("class/a.py").write_text("")
    the_class([], [])
    assert points(grade) == ["0", "100"]
    # Nothing is played for it.
    _, lines, _ = the_class(names, [])
    assert lines[0] == "a.py  100 of 100 points"
    assert points(grade) == ["100", "100"]
    assert "100 → 0 → 100: the latest attempt counts" in Path("runs/index.html").read_text()
    assert grade("verify", "runs")[0] == 0
    Path("class/a.py").write_text("")
    the_class([], [])
    assert points(grade) == ["0", "100"]


def points(grade) -> list[str]:
    return [line.split(",")[2] for line in grade("book")[1].splitlines()[1:]]


def test_with_another_rubric_earlier_runs_are_judged_again(the_class):
    Path("points.toml").write_text("points.starts = 50")
    names = ["a.py", "b.py"]
    the_class(names, [RIGHT, DEAF])
    _, lines, _ = the_class(names, [], "--rubric", "points.toml")
    assert lines[0] == "a.py  145 of 145 points"
    found = find_finished(Path("runs")).values()
    assert all(run.rubric().points == {"starts": 50} for run in found)


def test_only_an_unfinished_run_is_repeated(the_class):
    names = ["a.py", "b.py"]
    the_class(names, [RIGHT, RIGHT])
    cut_off = next(Path("runs").glob("b-*"))
    (cut_off / "events.jsonl").unlink()
    _, lines, _ = the_class(names, [DEAF])
    assert lines[:2] == ["a.py  100 of 100 points", "b.py    0 of 100 points  failed: starts"]


def test_a_damaged_run_is_repeated(the_class):
    names = ["a.py", "b.py"]
    the_class(names, [RIGHT, RIGHT])
    for damage in Path("runs").glob("*/versions.json"):
        damage.write_text("{")
    Path("runs/file").touch()
    Path("runs/folder").mkdir()
    assert the_class(names, [DEAF, RIGHT])[0] == 1
