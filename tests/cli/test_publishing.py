"""What a teacher types: decide, book, diff; and what is said to whom."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from classroom.samples import DEAF, begin, decide, decision, store

from cli.samples import DEAF as DEAF_STREAM
from cli.samples import RIGHT

RUNS = Path("runs")
ROSTER = "file,name,id,number\nzhang.py,张三,11,0042\nli.py,李四,12,0043\n"


def table(out: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(out.lstrip("\ufeff"), newline="")))


# --- decide ---


def decides(grade, run, check="starts", what="pass", *options):
    options = options or ("--reason", "seen in class", "--by", "Li")
    return grade("decide", run.path, check, what, *options)


def test_a_decision_counts_at_once_and_ever_after(grade):
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
    told = json.loads(out)
    assert told["points"] == 5
    assert told["checks"][0]["decision"]["by"] == "Li"
    _, out, _ = grade("judge", run.path)
    assert "Li decided pass instead of FAIL: seen in class" in " ".join(out.split())


def test_points_are_decided_and_decided_again(grade):
    run = store(RUNS, "zhang.py", DEAF)
    assert "Now 2.5 of 100" in decides(grade, run, "starts", "2.5")[1]
    assert "Now 0 of 100" in decides(grade, run, "starts", "0")[1]
    assert "Now 0 of 100" in decides(grade, run, "starts", "fail")[1]


def test_a_decision_moves_nothing_else(grade):
    """It was judged by another rubric than its own since: that is what was told."""
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
        ("starts", "pass", ("--reason", " ", "--by", "Li"), "--reason is empty."),
        ("starts", "pass", ("--reason", "x", "--by", ""), "--by is empty."),
        ("starts", "pass", ("--reason", "x"), "--by"),
    ],
)
def test_what_cannot_be_decided(grade, check, what, options, said):
    run = store(RUNS, "zhang.py", DEAF)
    status, out, err = decides(grade, run, check, what, *options)
    assert (status, out) == (2, "")
    assert said in err
    assert not (RUNS / "overrides.toml").exists()


def test_of_a_run_that_was_lost_nothing_is_decided(grade):
    status, _, err = decides(grade, begin(RUNS, "zhang.py"))
    assert status == 2
    assert "no finished run: there is no report.json in it" in err
    assert not (RUNS / "overrides.toml").exists()


# --- a class that is graded again ---


def graded(play, **changed):
    return play({"zhang.py": DEAF_STREAM, "li.py": RIGHT}, "--fresh", **changed)


def test_a_regrade_keeps_a_decision_until_the_program_changes(grade, play):
    graded(play)
    run = next(path for path in RUNS.iterdir() if path.name.startswith("zhang-"))
    grade("decide", run, "starts", "pass", "--reason", "seen", "--by", "Li")
    _, out, err = graded(play)
    assert "zhang.py  5 of 100 points  decided: starts" in out
    assert err == ""
    _, out, _ = graded(play, source="print('changed')")
    assert "zhang.py  0 of 100 points" in out
    assert "a decision was not applied" in out


def test_wrong_decisions_end_all_before_anything_is_run(play):
    RUNS.mkdir()
    decide(RUNS, decision("start", "points = 1"))
    status, out, err = graded(play)
    assert (status, out) == (2, "")
    assert "overrides.toml, the decision that begins on line 1: there is no check 'start'." in err
    assert play.sandbox.plans == []


def test_a_decision_about_nobody_is_told(play):
    RUNS.mkdir()
    decide(RUNS, decision("starts", "points = 1", submission="zang.py"))
    _, out, err = graded(play)
    assert "2 submissions" in out
    assert "names zang.py, of which there is no run: is it spelt right?" in err


# --- book ---


def test_the_gradebook_of_the_usual_folder(grade):
    store(RUNS, "zhang.py")
    store(RUNS, "li.py", DEAF)
    status, out, err = grade("book")
    assert (status, err) == (0, "")
    assert [line[:4] for line in table(out)] == [
        ["submission", "status", "points", "possible"],
        ["li.py", "graded", "0", "100"],
        ["zhang.py", "graded", "100", "100"],
    ]


@pytest.mark.parametrize(("name", "column"), [("canvas", 5), ("moodle", 4), ("csv", 5)])
def test_a_file_for_an_import(grade, name, column):
    store(RUNS, "zhang.py")
    Path("roster.csv").write_text(ROSTER, encoding="gbk")
    status, out, err = grade(
        "book", RUNS, "--format", name, "--roster", "roster.csv", "--out", "book.csv"
    )  # fmt: skip
    assert (status, out) == (0, "")
    assert err == "grade: li.py is on the roster, and there is no run of it.\n"
    assert sorted(path.name for path in Path().iterdir()) == ["book.csv", "roster.csv", "runs"]
    lines = table(Path("book.csv").read_text(encoding="utf-8"))
    points = {line[1] if name != "canvas" else line[0]: line[column] for line in lines}
    assert points["张三"] == "100"
    assert points["李四"] == ""


def test_what_has_no_grade_is_told(grade):
    begin(RUNS, "zhang.py")
    status, out, err = grade("book")
    assert status == 3
    assert table(out)[1][:3] == ["zhang.py", "not-judged", ""]
    assert "zhang.py has no grade. The run runs/zhang-" in err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["none"], "none cannot be read: No such file"),
        (["--format", "canvas"], "canvas needs a --roster, which says who handed in which file."),
        (["--roster", "bad.csv"], "The roster bad.csv, line 2: it has 1 cell; the heading has 2"),
        (["--roster", "none.csv"], "The roster none.csv cannot be read"),
        (["--format", "xlsx"], "xlsx"),
    ],
)
def test_what_makes_no_gradebook(grade, args, said):
    store(RUNS, "zhang.py")
    Path("bad.csv").write_text("file,name\nzhang.py\n")
    status, out, err = grade("book", *args)
    assert (status, out) == (2, "")
    assert said in err


def test_a_gradebook_that_cannot_be_written(grade):
    store(RUNS, "zhang.py")
    Path("there").mkdir()
    status, _, err = grade("book", "--out", "there")
    assert status == 3
    assert "there cannot be written: Is a directory" in err
    assert sorted(path.name for path in Path().iterdir()) == ["runs", "there"]


# --- diff ---


def test_no_difference(grade):
    store(RUNS, "zhang.py")
    assert grade("diff", RUNS, RUNS) == (0, "Different results: 0 of 1 submission.\n", "")


def test_whose_points_differ_and_why(grade):
    run = store(RUNS, "zhang.py", DEAF)
    store(RUNS, "li.py")
    shutil.copytree(RUNS, "later")
    decides(grade, run)
    status, out, err = grade("diff", "later", RUNS)
    assert (status, err) == (1, "")
    told = " ".join(out.split())
    assert told.startswith("zhang.py 0/100 → 5/100 points starts: ✗ FAIL 0/5 → ✓ pass 5/5 (Li")
    assert told.endswith("why: Li has decided of starts Different results: 1 of 2 submissions.")
    status, out, _ = grade("diff", "later", RUNS, "--json")
    assert status == 1
    (change,) = json.loads(out)
    assert (change["before"]["points"], change["after"]["points"]) == (0, 5)


def test_what_cannot_be_compared(grade):
    store(RUNS, "zhang.py")
    status, out, err = grade("diff", RUNS, "none")
    assert (status, out) == (2, "")
    assert "none cannot be read" in err


def test_what_was_stored_in_english_is_said_in_chinese(grade):
    store(RUNS, "zhang.py")
    run = store(Path("later"), "zhang.py", DEAF)
    # It is what was told then, and not what would be judged now.
    (run.path / "events.jsonl").write_bytes(b"damaged")
    status, out, _ = grade("diff", "--lang", "zh", RUNS, "later")
    assert status == 1
    assert "它没有监听任何TCP端口" in "".join(out.split())


def test_what_another_program_has_stored_is_told_as_it_was(grade):
    store(RUNS, "zhang.py")
    run = store(Path("later"), "zhang.py", DEAF)
    report = json.loads(run.report())
    skipped = next(check for check in report["checks"] if check["id"] == "client-logged")
    skipped["because"] = "An old sentence."
    run.save_report(json.dumps(report).encode())
    told = " ".join(grade("diff", "--lang", "zh", RUNS, "later")[1].split())
    assert "An old sentence." in told
    assert "it does not listen on any TCP port" in told


def test_they_speak_chinese(grade):
    store(RUNS, "zhang.py")
    assert grade("diff", "--lang", "zh", RUNS, RUNS)[1] == "1份作业中有0份不同。\n"
