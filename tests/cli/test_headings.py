"""What stands at the top of a class's pages, and that it stays right."""

import re
from html import unescape
from pathlib import Path

import pytest
from classroom.samples import DEAF, store

from cli.samples import RIGHT
from grader.runs.run import Run

RUNS = Path("runs")
TITLE = 'title = "Homework 3:\\n a <select> server"\n'
ROSTER = "file,name,number\na.py,张三,0042\n"


def heading(page: Path) -> list[str]:
    found = page.read_text("utf-8").partition("<hgroup>")[2].partition("</hgroup>")[0]
    return [unescape(re.sub("<[^>]*>", "", line)) for line in found.split("\n") if line]


def headings(submission: str) -> list[list[str]]:
    """The headings of a submission's pages, without the title, in the order of their runs."""
    runs = [Run(path.parent) for path in RUNS.glob("*/versions.json")]
    found = [run for run in runs if run.info().submission == submission]
    return [heading(run.page) for run in sorted(found, key=lambda run: run.info().time)]


@pytest.fixture
def with_settings():
    Path("class").mkdir()
    Path("class/class.toml").write_text(TITLE)
    Path("class/roster.csv").write_text(ROSTER, "utf-8")


@pytest.mark.usefixtures("with_settings")
def test_the_title_and_the_student_are_on_each_page(the_class, grade):
    title = "Homework 3: a <select> server"
    the_class(["a.py", "b.py"], [RIGHT, RIGHT])
    assert heading(RUNS / "index.html") == [title, "Class overview"]
    whole = [[title, "张三 (0042)", "a.py"]], [[title, "b.py"]]
    assert (headings("a.py"), headings("b.py")) == whole
    decided = ("starts", "fail", "--reason", "seen", "--by", "Li")
    for arguments in (("decide", "a.py", *decided), ("judge", *RUNS.glob("b-*")), ("site",)):
        grade(*arguments)
        assert (headings("a.py"), headings("b.py")) == whole
    grade("return", "--to", "back")
    assert heading(Path("back/0042_张三.html")) == whole[0][0]
    # A title that was taken away is gone.
    Path("class/class.toml").write_text("")
    the_class([], [])
    assert heading(RUNS / "index.html") == ["Class overview"]
    assert headings("b.py") == [["b.py"]]


@pytest.mark.usefixtures("with_settings")
def test_invalid_options_keep_no_title(the_class):
    Path("class/class.toml").write_text('title = "x"\nrubric = "none.toml"\n')
    Path("class/roster.csv").unlink()
    assert the_class(["a.py"], [RIGHT])[0] == 2
    assert not RUNS.exists()


def test_the_pages_of_earlier_attempts_say_which_one_counts(grade):
    for number in (1, 2, 3):
        time = f"2024-05-0{number}T12:00:00+08:00"
        store(RUNS, "a.py", source=b"x = %d\n" % number, time=time)
        if number < 3:
            grade("site", "--lang", "zh")
    store(RUNS, "b.py", DEAF)
    grade("site")
    # Each page stays in its language.
    assert headings("a.py") == [
        ["a.py", "第1次提交（共3次），以第3次为准"],
        ["a.py", "第2次提交（共3次），以第3次为准"],
        ["a.py", "attempt 3 of 3, the one that counts"],
    ]
    assert headings("b.py") == [["b.py"]]
    before = headings("a.py")
    grade("decide", "a.py", "starts", "fail", "--reason", "seen", "--by", "Li")
    assert headings("a.py") == before
    grade("return", "--to", "back")
    assert heading(Path("back/a.html")) == ["a.py", "attempt 3 of 3, the one that counts"]
    grade("clean", "--yes")
    grade("site")
    assert headings("a.py") == [["a.py"]]


def test_several_runs_of_one_version_are_one_attempt(grade):
    store(RUNS, "a.py", source=b"x = 1\n", time="2024-05-01T12:00:00+08:00").save_page(b"old")
    for day in (2, 3):
        store(RUNS, "a.py", source=b"x = 2\n", time=f"2024-05-0{day}T12:00:00+08:00")
        grade("site")
    first, *others = headings("a.py")
    assert first == []  # A page of an earlier version is left alone.
    assert others == [["a.py", "attempt 2 of 2, the one that counts"]] * 2


def test_what_counts_may_be_no_attempt(grade):
    for number in (1, 2):
        time = f"2024-05-0{number}T12:00:00+08:00"
        store(RUNS, "a.py", source=b"x = %d\n" % number, time=time)
        grade("site")
    assert headings("a.py")[0] == ["a.py", "attempt 1 of 2; attempt 2 counts"]
    time = "2024-05-03T12:00:00+08:00"
    store(RUNS, "a.py", DEAF, source=b"x = 3\n", time=time, out_of_time=True)
    grade("site")
    assert headings("a.py") == [["a.py"]] * 3


def test_an_old_version_that_is_handed_in_again_is_the_last_attempt(the_class):
    the_class(["a.py", "b.py"], [RIGHT, RIGHT])
    Path("class/a.py").write_text("# changed\n")
    the_class([], [RIGHT])
    the_class(["a.py"], [])
    assert headings("a.py") == [
        ["a.py", "attempt 3 of 3, the one that counts"],
        ["a.py", "attempt 2 of 3; attempt 3 counts"],
    ]
