"""``grade decide``: what a decision changes, now and when the class is graded again."""

import csv
import json
import subprocess
import sys
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
        ("starts", "pass", ("--by", "Li"), "--reason is missing"),
    ],
)
def test_an_invalid_decision_is_refused(grade, check, what, options, said):
    run = store(RUNS, "zhang.py", DEAF)
    status, out, err = decides(grade, run, check, what, *options)
    assert (status, out) == (2, "")
    assert said in err
    assert not (RUNS / "overrides.toml").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("zhang.py",),
        ("zhang.py", "starts"),
        ("zhang.py", "starts", "pass", "more"),
        ("zhang.py", "starts", "pass", "--undo"),
        ("zhang.py", "starts", "--adjust", "-1"),
        ("--mistake", "1", "starts"),
        ("zhang.py", "--adjust", "-1", "--mistake", "1"),
        ("zhang.py", "--adjust", "-1001"),
        ("zhang.py", "--adjust", "nan"),
    ],
)
def test_a_form_that_does_not_exist_is_a_usage_error(grade, words):
    store(RUNS, "zhang.py", DEAF)
    status, out, _ = grade("decide", *words, "--reason", "seen", "--by", "Li")
    assert (status, out) == (2, "")
    assert not (RUNS / "overrides.toml").exists()


def said(grade, *words):
    status, out, err = grade("decide", *words)
    assert (status, err) == (0, "")
    return " ".join(out.split())


BECAUSE = ("--reason", "seen", "--by", "Li")


def test_a_submission_is_named_by_its_name(grade):
    store(RUNS, "zhang.py", DEAF)
    store(Path("other"), "zhang.py", DEAF)
    assert "Now 5 of 100" in said(grade, "zhang.py", "starts", "pass", *BECAUSE)
    assert "Now 2 of 100" in said(grade, "zhang", "starts", "2", "--runs", "other", *BECAUSE)
    status, _, err = grade("decide", "wang.py", "starts", "pass", *BECAUSE)
    assert (status, "runs has no submission wang.py with a report." in err) == (2, True)


def test_every_run_with_these_bytes_and_every_page_agrees_at_once(grade):
    runs = [store(RUNS, "zhang.py", DEAF, time=f"2024-05-01T12:30:0{n}+08:00") for n in range(2)]
    other = store(RUNS, "zhang.py", DEAF, source=b"other", time="2024-05-01T12:30:09+08:00")
    grade("site")
    said(grade, runs[0].path, "starts", "pass", *BECAUSE)
    for run in runs:
        assert json.loads(run.report())["points"] == 5
        assert "Li decided pass" in run.page.read_text()
    assert json.loads(other.report())["points"] == 0
    said(grade, "zhang.py", "starts", "1", *BECAUSE)
    assert "Li decided 1 of 5 points" in (RUNS / "index.html").read_text()
    assert json.loads(other.report())["points"] == 1


def test_a_decision_can_be_undone(grade):
    run = store(RUNS, "zhang.py", DEAF)
    for value in ("1", "2"):
        said(grade, "zhang.py", "starts", value, *BECAUSE)
    out = said(grade, "zhang.py", "starts", "--undo")
    assert out == "zhang.py: the decision of Li no longer counts. Now 1 of 100 points."
    assert "Now 0 of 100" in said(grade, run.path, "starts", "--undo")
    status, _, err = grade("decide", "zhang.py", "starts", "--undo")
    assert (status, "Nothing is decided that could be undone." in err) == (2, True)


def test_points_and_comments_for_the_whole(grade):
    run = store(RUNS, "zhang.py")
    out = said(grade, "zhang.py", "--adjust", "-10", "--reason", "late", "--by", "Li")
    assert out == "zhang.py: Li takes off 10 points: late. Now 90 of 100 points."
    out = said(grade, "zhang.py", "--comment", "Well done", "--by", "Li")
    assert out == "zhang.py: Li comments: Well done. Now 90 of 100 points."
    assert "Li takes off 10 points: late" in run.page.read_text()
    assert "Now 90 of 100" in said(grade, "zhang.py", "--undo")
    assert "Now 100 of 100" in said(grade, "zhang.py", "--undo")


def test_a_rule_decides_for_all_who_made_the_same_mistake_now_and_later(grade):
    names = ["li.py", "wang.py", "zhang.py"]
    runs = [store(RUNS, name, DEAF, source=name.encode()) for name in names]
    store(RUNS, "zhou.py")
    out = said(grade, "zhang.py", "starts", "1", *BECAUSE)
    assert "2 other submissions made the same mistake: li.py and wang.py." in out
    out = said(grade, "--mistake", "1", "starts", "2", *BECAUSE)
    assert out == (
        "starts is decided for 3 submissions that made this mistake: li.py, wang.py and zhang.py."
    )
    # What was decided of one program counts more than a rule.
    assert [json.loads(run.report())["points"] for run in runs] == [2, 2, 1]
    assert all("Li decided 2 of 5 points" in run.page.read_text() for run in runs[:2])
    later = store(RUNS, "zhao.py", DEAF)
    assert json.loads(later.report())["points"] == 2
    out = said(grade, "zhao.py", "starts", "--undo")
    assert "about all with this mistake no longer counts" in out
    assert [json.loads(run.report())["points"] for run in (*runs, later)] == [0, 0, 1, 0]


@pytest.mark.parametrize(
    ("number", "check", "reason"),
    [
        ("9", "starts", "There is no mistake 9 on the class's page."),
        ("1", "prompt", "The submissions with mistake 1 did not fail prompt, but starts."),
        ("0123456789ab", "starts", "Nobody made the mistake 0123456789ab in starts."),
    ],
)
def test_a_mistake_that_nobody_made_cannot_be_decided(grade, number, check, reason):
    for name in ("li.py", "wang.py"):
        store(RUNS, name, DEAF)
    status, _, err = grade("decide", "--mistake", number, check, "pass", *BECAUSE)
    assert (status, reason in err) == (2, True)


def test_who_decides_is_known_from_git_or_the_account(grade, monkeypatch):
    store(RUNS, "zhang.py", DEAF)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(Path("gitconfig").absolute()))
    Path("gitconfig").write_text("[user]\nname = Wang Fang\n")
    assert "Wang Fang decided pass" in said(grade, "zhang.py", "starts", "pass", "--reason", "x")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("LOGNAME", "teacher7")
    assert "teacher7 decided pass" in said(grade, "zhang.py", "starts", "pass", "--reason", "x")


DECIDE = """\
import sys
from grader.cli.main import main
main(["decide", "zhang.py", sys.argv[1], "pass", "--reason", "seen", "--by", "Li"])
"""


def test_of_many_who_decide_at_once_none_loses_anything(grade):
    """Not only in the file: report and page hold all decisions, too."""
    run = store(RUNS, "zhang.py", DEAF)
    grade("site")
    checks = [entry["id"] for entry in json.loads(run.report())["checks"]][:6]
    started = [subprocess.Popen([sys.executable, "-c", DECIDE, check]) for check in checks]
    assert [process.wait() for process in started] == [0] * len(checks)
    decided = [e["id"] for e in json.loads(run.report())["checks"] if e["decision"]]
    assert decided == checks
    for page in (run.page, RUNS / "index.html"):
        assert all(check in page.read_text() for check in checks)
        assert page.read_text().count("Li decided pass") >= len(checks)


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


def test_a_decision_confirms_no_edited_report(grade):
    run = store(RUNS, "zhang.py", DEAF)
    text = run.report().decode().replace('"pass_mark": 60', '"pass_mark": 0')
    (run.path / "report.json").write_text(text)
    status, _, err = grade("decide", run.path, "starts", "pass", *BECAUSE)
    assert (status, "report.json was changed after it was written" in err) == (2, True)
    assert not (RUNS / "overrides.toml").exists()
