"""The class's page from the command line: when it is written, and when it is refreshed."""

from pathlib import Path

from checks.histories import lines, right_scenes
from classroom.samples import DEAF, begin, decide, decision, store

from cli.samples import DEAF as DEAF_STREAM
from cli.samples import RIGHT
from grader.classroom import class_page
from grader.model.text import say
from grader.runs.run import RunError

RUNS = Path("runs")
PAGE = RUNS / "index.html"


def text() -> str:
    return PAGE.read_text("utf-8")


def test_grading_a_class_writes_its_page(play):
    _, out, err = play({"a.py": RIGHT, "b.py": DEAF_STREAM})
    assert out.splitlines()[-1] == "Class page: runs/index.html"
    assert err == ""
    for run in RUNS.glob("*/"):
        assert f'<a href="{run.name}/report.html">' in text()
        assert (run / "report.html").is_file()


def test_with_json_the_page_is_not_mentioned(play):
    _, out, _ = play({"a.py": RIGHT, "b.py": DEAF_STREAM}, "--json")
    assert "index.html" not in out
    assert PAGE.is_file()


def test_a_single_submission_has_no_class_page(play):
    play({"a.py": RIGHT})
    assert not PAGE.exists()


def test_the_page_is_made_from_stored_runs(grade):
    store(RUNS, "a.py")
    store(RUNS, "b.py", DEAF)
    begin(RUNS, "c.py")
    status, out, err = grade("site")
    assert (status, out, err) == (0, "Class page: runs/index.html\n", "")
    assert "is incomplete: grade the submission again" in text()
    assert "identical byte for byte" in text()


def test_missing_report_pages_are_written_and_others_kept(grade):
    one, other = store(RUNS, "a.py"), store(RUNS, "b.py", DEAF)
    other.save_page(b"as it was")
    grade("site", RUNS)
    assert "What happened" in one.page.read_text("utf-8")
    assert other.page.read_bytes() == b"as it was"


def test_a_run_with_damaged_events_has_a_page_without_a_timeline(grade):
    run = store(RUNS, "a.py", DEAF)
    (run.path / "events.jsonl").write_bytes(b"{}\n")
    assert grade("site")[0] == 0
    page = run.page.read_text("utf-8")
    assert "it does not listen on any TCP port" in page
    assert "a server" in page  # the program
    assert "What happened" not in page


def test_a_decision_refreshes_the_page(grade):
    run = store(RUNS, "a.py", DEAF)
    decided = ("decide", run.path, "starts", "pass", "--reason", "seen", "--by", "Li")
    grade(*decided)
    assert not PAGE.exists()  # it was not asked for
    grade("site")
    PAGE.write_text("an older one")
    assert grade(*decided)[0] == 0
    assert "Li decided pass instead of FAIL: seen" in text()


def test_a_decision_is_kept_if_the_page_cannot_be_refreshed(grade, monkeypatch):
    run = store(RUNS, "a.py", DEAF)
    grade("site")

    def fail(*_):
        raise RunError(say("The disk is full."))

    monkeypatch.setattr(class_page, "write_page", fail)
    status, out, err = grade("decide", run.path, "starts", "pass", "--reason", "seen", "--by", "Li")
    assert status == 0
    assert "Now 5 of 100 points" in out
    assert "The disk is full." in err


def test_judging_and_grading_refresh_the_page(grade, play):
    play({"a.py": RIGHT, "b.py": DEAF_STREAM})
    PAGE.write_text("an older one")
    (run,) = RUNS.glob("a-*/")
    grade("judge", run)
    assert ">a.py<" in text()
    play({"c.py": lines(*right_scenes())})
    assert ">c.py<" in text()


def test_decisions_written_by_hand_count(grade):
    store(RUNS, "zhang.py", DEAF)
    decide(RUNS, decision("starts", 'outcome = "pass"', sha256="0" * 64))
    grade("site")
    assert "The decision of Li about starts" in text()
    assert "the program has changed since" in text()


def test_in_chinese(grade):
    store(RUNS, "a.py", DEAF)
    _, out, _ = grade("site", "--lang", "zh")
    assert out == "班级总览：runs/index.html\n"
    assert "没有达到及格线" in text()
    assert "程序没有监听任何TCP端口" in text() or "TCP端口" in text()


def test_without_runs_nothing_is_written(grade):
    assert grade("site")[0] == 2
    RUNS.mkdir()
    status, out, err = grade("site", RUNS)
    assert (status, out) == (2, "")
    assert "There are no runs in runs: name a folder that contains runs." in err
    assert not PAGE.exists()


def test_unreadable_decisions_are_an_error(grade):
    store(RUNS, "a.py")
    decide(RUNS, "[[override]]\n")
    status, _, err = grade("site")
    assert status == 2
    assert "overrides.toml" in err


def test_a_page_that_cannot_be_written_is_reported_and_grading_goes_on(grade, play):
    RUNS.mkdir()
    PAGE.mkdir()
    (PAGE / "mine").touch()
    status, out, err = play({"a.py": RIGHT, "b.py": DEAF_STREAM})
    assert status == 1
    assert "2 submissions" in out
    assert "runs/index.html cannot be written: Is a directory." in err
    assert not list(RUNS.glob(".index*"))


ROSTER = "name\na\nb\n王五\nzhao\n"
"""A plain list; two of its students have handed in nothing."""


def test_who_has_handed_in_nothing_is_listed(play, grade):
    """On the terminal, on the page, and there also when another command writes it again."""
    Path("list.csv").write_text(ROSTER)
    status, out, err = play({"a.py": RIGHT, "b.py": RIGHT}, "--roster", "list.csv")
    assert (status, err) == (0, "")
    said = "2 students of the roster have handed in nothing: 王五 and zhao."
    assert said in out.splitlines()
    for _ in range(2):
        row = text().partition("<bdi>王五</bdi>")[2].partition("</tr>")[0]
        assert "nothing handed in" in row
        assert "<bdi>zhao</bdi>" in text()
        PAGE.unlink()
        grade("site")


def test_whoever_has_handed_in_earlier_is_not_missing(play):
    Path("list.csv").write_text(ROSTER)
    store(RUNS, "zhao.py")
    _, out, _ = play({"a.py": RIGHT, "b.py": RIGHT}, "--roster", "list.csv")
    assert "1 student of the roster has handed in nothing: 王五." in out.splitlines()


def test_with_json_the_missing_are_no_result(play):
    Path("list.csv").write_text(ROSTER)
    _, out, err = play({"a.py": RIGHT, "b.py": RIGHT}, "--roster", "list.csv", "--json")
    assert "王五" in err
    assert "王五" not in out


def test_the_roster_in_the_class_is_read_unless_another_is_named(the_class):
    Path("class").mkdir()
    Path("class/roster.csv").write_text(ROSTER)
    _, lines, _ = the_class(["a.py", "b.py"], [RIGHT, RIGHT])
    assert any("王五 and zhao" in line for line in lines)


def test_an_invalid_roster_stops_only_if_it_was_named(the_class, play):
    Path("class").mkdir()
    Path("class/roster.csv").write_text("name,id\na,1\nb,1\n")
    status, _, err = the_class(["a.py", "b.py"], [RIGHT, RIGHT])
    assert status == 0
    assert "roster.csv, line 3: 1 is also on line 2." in err
    status, _, _ = play({"a.py": RIGHT}, "--roster", "class/roster.csv")
    assert status == 2


def test_a_kept_roster_that_is_damaged_is_noted(grade):
    store(RUNS, "a.py")
    (RUNS / "roster.csv").write_text("name,id\na,1\nb,1\n")
    assert grade("site")[0] == 0
    assert "1 is also on line 2" in text()


def test_the_page_shows_the_points_of_all_attempts(the_class):
    the_class(["a.py", "b.py"], [RIGHT, RIGHT])
    the_class([], [], "--rubric", str(_easier()))  # the same program: no attempt of its own
    Path("class/a.py").write_text("# changed\n")
    the_class([], [DEAF_STREAM])
    page = Path("runs/index.html").read_text()
    assert "100 → 0: the latest attempt counts" in page
    assert page.count("the latest attempt counts") == 1
    the_class(["a.py"], [])
    assert "100 → 0 → 100: the latest attempt counts" in Path("runs/index.html").read_text()


def _easier() -> Path:
    path = Path("easier.toml")
    path.write_text("pass_mark = 50")
    return path
