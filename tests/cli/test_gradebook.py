"""``grade book``: its formats and its messages."""

import csv
import io
from pathlib import Path

import pytest
from classroom.samples import DEAF, begin, store

RUNS = Path("runs")
ROSTER = "file,name,id,number\nzhang.py,张三,11,0042\nli.py,李四,12,0043\n"


def table(out: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(out.lstrip("\ufeff"), newline="")))


def test_the_default_folder(grade):
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
def test_formats_written_to_a_file(grade, name, column):
    store(RUNS, "zhang.py")
    Path("roster.csv").write_text(ROSTER, encoding="gbk")
    status, out, err = grade(
        "book", RUNS, "--format", name, "--roster", "roster.csv", "--out", "book.csv"
    )  # fmt: skip
    assert (status, out) == (0, "")
    assert err == "grade: li.py is on the roster but has handed in nothing.\n"
    assert sorted(path.name for path in Path().iterdir()) == ["book.csv", "roster.csv", "runs"]
    lines = table(Path("book.csv").read_text(encoding="utf-8"))
    points = {line[1] if name != "canvas" else line[0]: line[column] for line in lines}
    assert points["张三"] == "100"
    assert points["李四"] == ""


def test_a_submission_without_a_grade_is_reported(grade):
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
def test_wrong_usage(grade, args, said):
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


def test_a_worksheet_of_moodle_is_filled_in(grade):
    store(Path("runs"), "张三.py")
    Path("sheet.csv").write_text(
        "编号,全名,状态,成绩,最高分,最后修改（成绩）,反馈意见\n参与者17,张三,已提交,,100.00,-,\n",
        "utf-8",
    )
    status, out, err = grade("book", "--format", "moodle", "--roster", "sheet.csv")
    assert (status, err) == (0, "")
    assert out.splitlines()[1] == "参与者17,张三,已提交,100,100.00,-,100 of 100 points"
