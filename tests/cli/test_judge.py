"""``grade judge``: stored runs are judged again without a sandbox."""

import json
from pathlib import Path

import pytest
from checks.histories import right_scenes, says, scene

from grader.grading import pipeline


def test_judging_a_stored_run(grade, stored):
    status, out, _ = grade("judge", str(stored(*right_scenes())))
    assert status == 0
    assert "zhang.py" in out
    assert "100 of 100 points" in out


def test_judging_with_another_rubric(grade, stored):
    run = stored(*right_scenes(newcomer=scene("newcomer", says("a"))))
    Path("harsh.toml").write_text("pass_mark = 99\n[points]\nnewcomer = 50")
    assert grade("judge", str(run))[0] == 0
    status, out, _ = grade("judge", "--rubric", "harsh.toml", "--json", str(run))
    assert status == 1
    report = json.loads(out)
    assert (report["points"], report["possible"]) == (95, 145)


def test_judging_several(grade, stored):
    good, bad = stored(*right_scenes()), stored(scene("terminal", listening=False))
    status, out, err = grade("judge", str(good), str(bad))
    assert (status, err) == (1, "")
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "zhang.py 100 of 100 points",
        "zhang.py 0 of 100 points failed: starts",
    ]
    assert "Worth no points" in grade("judge", "--verbose", str(good), str(bad))[1]
    late = stored(*right_scenes()[:2], out_of_time=True)
    assert grade("judge", str(late), str(bad))[0] == 3


@pytest.mark.parametrize("name", ["events.jsonl", "plan.json", "versions.json"])
@pytest.mark.parametrize("data", [b"", b"[" * 100_000, b"\xff", b"{}"])
def test_judging_a_damaged_run(grade, stored, name, data):
    run = stored(*right_scenes())
    (run / name).write_bytes(data)
    status, out, err = grade("judge", str(run))
    assert (status, out) == (3, "")
    assert "is damaged or has another version" in err


def test_judging_a_run_cut_short(grade, stored):
    run = stored(*right_scenes())
    data = (run / "events.jsonl").read_bytes()
    (run / "events.jsonl").write_bytes(b"".join(data.splitlines(keepends=True)[:-3]))
    assert grade("judge", str(run))[0] == 3


def test_judging_opens_no_sandbox(grade, stored, monkeypatch):
    monkeypatch.setattr(pipeline, "grade", None)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", None)
    assert grade("judge", str(stored(*right_scenes())))[0] == 0


def test_a_folder_that_is_no_run_is_not_judged(grade):
    status, out, err = grade("judge", ".")
    assert (status, out) == (3, "")
    assert "is not a finished run: it has no versions.json" in err


FORMATS = ("html", "gradescope", "json", "junit", "markdown")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("lose", ["events.jsonl", "plan.json", "versions.json", "rubric.json"])
def test_each_format_says_that_a_lost_run_is_not_judged(grade, stored, name, lose):
    run = stored(*right_scenes())
    (run / lose).unlink()
    before = sorted(run.iterdir())
    status, out, err = grade("judge", run, "--format", f"{name}=report")
    assert (status, out) == (3, "")
    assert f"it has no {lose}" in err
    text = Path("report").read_text("utf-8").replace("\\", "")  # Markdown escapes full stops
    assert f"it has no {lose}" in text
    assert sorted(run.iterdir()) == before


def test_a_lost_run_does_not_keep_others_from_being_judged(grade, stored):
    bad, good = stored(*right_scenes()), stored(*right_scenes(), submission="li.py")
    (bad / "events.jsonl").write_bytes(b"{}")
    status, out, err = grade("judge", "--json", bad, good)
    assert status == 3
    assert "zhang.py was not judged." in err
    lost, judged = map(json.loads, out.splitlines())
    assert (lost["submission"], lost["judged"], lost["passed"]) == ("zhang.py", False, False)
    assert (judged["submission"], judged["judged"], judged["passed"]) == ("li.py", True, True)
