"""``grade decide``: what a decision changes, now and when the class is graded again."""

import csv
import json
from pathlib import Path

import pytest
from classroom.samples import DEAF, begin, decide, decision, store

from cli.samples import DEAF as DEAF_STREAM
from cli.samples import RIGHT

RUNS = Path("runs")


def decides(grade, run, check="starts", what="pass", *options):
    options = options or ("--reason", "seen in class", "--by", "Li")
    return grade("decide", run.path, check, what, *options)


def test_a_decision_counts_now_and_when_judged_again(grade):
    run = store(RUNS, "zhang.py", DEAF)
    status, out, err = decides(grade, run)
    assert (status, err) == (0, "")
    first, second = out.splitlines()
    assert first == (
        "zhang.py: starts: Li decided pass instead of FAIL: seen in class. Now 5 of 100 points."
    )
    assert second.startswith(
        "Still skipped, because the checks that they need were recorded as failed: client-"
    )
    assert json.loads(run.report())["points"] == 5
    assert (
        "Li decided pass instead of FAIL: seen in class" in (run.path / "report.html").read_text()
    )
    status, out, _ = grade("judge", "--json", run.path)
    report = json.loads(out)
    assert report["points"] == 5
    assert report["checks"][0]["decision"]["by"] == "Li"
    _, out, _ = grade("judge", run.path)
    assert "Li decided pass instead of FAIL: seen in class" in " ".join(out.split())


def test_a_later_decision_replaces_an_earlier_one(grade):
    run = store(RUNS, "zhang.py", DEAF)
    assert "Now 2.5 of 100" in decides(grade, run, "starts", "2.5")[1]
    assert "Now 0 of 100" in decides(grade, run, "starts", "0")[1]
    assert "Now 0 of 100" in decides(grade, run, "starts", "fail")[1]


def test_a_decision_changes_nothing_else(grade):
    """The run was judged again with another rubric; that report is the one that is changed."""
    run = store(RUNS, "zhang.py", DEAF)
    Path("rubric.toml").write_text("points.starts = 7")
    grade("judge", "--rubric", "rubric.toml", run.path)
    _, out, _ = decides(grade, run)
    assert "Now 7 of 102 points." in out
    assert json.loads(run.report())["possible"] == 102


@pytest.mark.parametrize(
    ("check", "what", "options", "said"),
    [
        ("start", "pass", (), "There is no check 'start' in this report."),
        ("starts", "maybe", (), "maybe: decide pass, fail, or points from 0 to 5."),
        ("starts", "5.5", (), "5.5: decide pass"),
        ("starts", "nan", (), "nan: decide pass"),
        ("functions", "1", (), "1: the check is worth no points, so decide pass or fail."),
        ("starts", "pass", ("--reason", " ", "--by", "Li"), "--reason is empty."),
        ("starts", "pass", ("--reason", "x", "--by", ""), "--by is empty."),
        ("starts", "pass", ("--reason", "x"), "--by"),
    ],
)
def test_an_invalid_decision_is_refused(grade, check, what, options, said):
    run = store(RUNS, "zhang.py", DEAF)
    status, out, err = decides(grade, run, check, what, *options)
    assert (status, out) == (2, "")
    assert said in err
    assert not (RUNS / "overrides.toml").exists()


def test_a_lost_run_cannot_be_decided(grade):
    status, _, err = decides(grade, begin(RUNS, "zhang.py"))
    assert status == 2
    assert "not a finished run: it has no report.json" in err
    assert not (RUNS / "overrides.toml").exists()


def graded(play, *, options=(), **changed):
    return play({"zhang.py": DEAF_STREAM, "li.py": RIGHT}, "--fresh", *options, **changed)


def test_a_regrade_keeps_a_decision_until_the_program_changes(grade, play):
    graded(play)
    run = next(path for path in RUNS.iterdir() if path.name.startswith("zhang-"))
    grade("decide", run, "starts", "pass", "--reason", "seen", "--by", "Li")
    _, out, err = graded(play)
    assert "zhang.py    5 of 100 points  decided: starts" in out
    assert err == ""
    _, out, _ = graded(play, source="print('changed')")
    assert "zhang.py    0 of 100 points" in out
    assert "a decision was not applied" in out


def test_an_invalid_decision_stops_grading_before_anything_runs(play):
    RUNS.mkdir()
    decide(RUNS, decision("Start!", "points = 1"))
    status, out, err = graded(play)
    assert (status, out) == (2, "")
    assert "the decision on line 1: 'Start!' cannot be the name of a check." in err
    assert play.sandbox.plans == []


def test_a_misspelt_check_is_reported_and_stops_nothing(grade, play):
    RUNS.mkdir()
    decide(RUNS, decision("start", "points = 1"))
    status, out, _ = graded(play)
    assert status == 1  # zhang.py fails, as it would without the decision
    assert "zhang.py    0 of 100 points" in out
    assert "a decision was not applied" in out
    status, _, err = grade("book", "--out", "grades.csv")
    assert status == 0
    assert "was not applied: the report has no check with this name." in " ".join(err.split())


def test_a_teachers_own_check_can_be_decided(grade, play):
    Path("own.py").write_text(
        'def says_hello(history):\n    """It says hello."""\n    return False\n'
    )
    Path("rubric.toml").write_text("[points]\nsays-hello = 25")
    options = ("--checks", "own.py", "--rubric", "rubric.toml")
    _, out, _ = graded(play, options=options)
    assert "zhang.py    0 of 125 points" in out
    run = next(path for path in RUNS.iterdir() if path.name.startswith("zhang-"))
    because = ("--reason", "seen", "--by", "Li")
    status, out, err = grade("decide", run, "says-hello", "pass", *because)
    assert (status, err) == (0, "")
    assert out.startswith("zhang.py: says-hello: Li decided pass instead of FAIL: seen. Now 25 ")
    _, out, err = graded(play, options=options)
    assert "zhang.py   25 of 125 points  failed: starts  decided: says-hello" in out
    assert err == ""
    status, _, err = grade("book", "--out", "grades.csv")
    assert (status, err) == (0, "")
    lines = Path("grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row["says-hello"] for row in csv.DictReader(lines)] == ["0", "25"]
    judged = ("judge", *options, "--json", run)
    assert json.loads(grade(*judged)[1])["points"] == 25
    status, _, err = grade("decide", run, "says-hullo", "pass", *because)
    assert (status, "There is no check 'says-hullo' in this report." in err) == (2, True)
    assert json.loads(grade(*judged)[1])["unapplied"] == []


def test_a_decision_about_an_unknown_submission_is_reported(play):
    RUNS.mkdir()
    decide(RUNS, decision("starts", "points = 1", submission="zang.py"))
    _, out, err = graded(play)
    assert "2 submissions" in out
    assert "names zang.py, which has no run: is the name spelled right?" in err


def page_language(path: Path) -> str:
    return path.read_text().partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize("command", ["decide", "judge"])
def test_a_page_stays_in_its_language(grade, command):
    run = store(RUNS, "zhang.py", DEAF)
    grade("judge", "--lang", "zh", run.path)
    grade("site", "--lang", "zh", RUNS)

    def again(*options):
        if command == "judge":
            grade("judge", *options, run.path)
        else:
            decides(grade, run, "starts", "pass", "--reason", "seen", "--by", "Li", *options)
        return [page_language(run.path / "report.html"), page_language(RUNS / "index.html")]

    assert again() == ["zh-CN", "zh-CN"]
    assert again("--lang", "en") == ["en", "en"]
    assert again() == ["en", "en"]
