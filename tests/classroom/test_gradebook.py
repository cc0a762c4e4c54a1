"""The gradebook is as recorded, shows what has no grade, and is safe in a spreadsheet."""

import csv
import io
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.samples import report as mixture

from classroom.samples import DEAF, SOURCE, begin, decide, decision, store, store_lost
from grader.classroom import class_page, gradebook, results
from grader.classroom.gradebook import ExportOptions, GradebookRow
from grader.classroom.results import ClassResults, StoredResult
from grader.classroom.roster import Roster, Student
from grader.i18n import translator
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.runs.run import RunError, RunInfo

RECORDED = Path(__file__).parent / "recorded"
ROSTER = Roster(
    columns=("file", "name", "number", "email"),
    students=(
        Student(file="zhang.py", name="张三", id="11", number="0042", email="z@example.org"),
        Student(file="wang", name="Wang, Wu", id="12", login="wang"),
        Student(file="zhao.py", name="赵六", id="13", participant="Participant 3"),
        Student(file="qian.py", name="钱七", id="14"),
    ),
)
FORMATS = ("csv", *gradebook.EXPORTS)


@pytest.fixture
def the_class(tmp_path, monkeypatch) -> ClassResults:
    """One right, one decided of, one that could not be judged, one lost, one that nobody knows."""
    monkeypatch.chdir(tmp_path)
    runs = Path("runs")
    runs.mkdir()
    decide(runs, decision("starts", 'outcome = "pass"', submission="wang.py"))
    store(runs, "zhang.py")
    store(runs, "wang.py", DEAF)
    store(runs, "zhao.py", (), out_of_time=True)
    store(runs, "guest.py", DEAF)
    begin(runs, "qian.py")
    return results.load_results([runs])


def made(name: str, found: ClassResults, roster: Roster | None = ROSTER) -> bytes:
    rows = gradebook.build_rows(found, roster)
    if name == "csv":
        return gradebook.to_csv(rows, roster)
    return gradebook.EXPORTS[name](rows, ExportOptions(assignment="Homework 3 (77)"))


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize("name", FORMATS)
def test_a_class_in_each_format(the_class, name):
    # A run's name ends by chance.
    runs = {one.report.run: f"runs/{file}" for file, one in the_class.graded.items()}
    data = made(name, the_class).decode()
    for run, short in runs.items():
        data = data.replace(run, short)
    data = re.sub("runs/qian-[-0-9a-f]+", "runs/qian.py", data)
    with (RECORDED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        assert data == file.read()


def test_a_table_in_chinese_has_no_english_words(the_class):
    rows = gradebook.build_rows(the_class, ROSTER)
    head, *lines = table(gradebook.to_csv(rows, ROSTER, translator("zh")))
    assert head[:8] == ["作业", "姓名", "学号", "邮箱", "状态", "得分", "满分", "及格"]
    assert head[8] == "启动并监听"
    assert [name for name in head if name.islower() and name.isascii()] == []
    values = {cell for line in lines for cell in line}
    assert {"已评分", "未判定", "是", "否", "通过", "未通过", "跳过"} <= values
    assert not values & {"graded", "not-judged", "yes", "no", "pass", "fail", "skipped"}


def test_a_lost_run_gives_no_grade_and_says_why(tmp_path):
    run = store_lost(tmp_path, "zhang.py", scenes=3, time="2024-05-01T12:30:59+08:00")
    found = results.load_results([tmp_path])
    rows = gradebook.build_rows(found, None)
    assert [(row.status, row.points) for row in rows] == [("not-judged", None)]
    assert found.graded["zhang.py"].report.points > 0
    (problem,) = gradebook.find_problems(found, rows, None)
    assert str(problem).endswith("before this scenario ended. The sandbox is gone.")
    page = class_page.write_page(tmp_path, translator("en")).read_text("utf-8")
    assert "not judged" in page
    assert run.path.name in page


@pytest.mark.parametrize("minute", [29, 31])
def test_a_finished_run_counts_rather_than_a_lost_one(tmp_path, minute):
    store(tmp_path, "zhang.py", time="2024-05-01T12:30:59+08:00")
    store_lost(tmp_path, "zhang.py", scenes=3, time=f"2024-05-01T12:{minute}:59+08:00")
    found = results.load_results([tmp_path])
    assert found.graded["zhang.py"].report.passed
    assert [
        str(note).endswith("an earlier one counts. The sandbox is gone.") for note in found.notes
    ] == ([True] if minute == 31 else [])


def test_two_submissions_of_one_student_are_reported(tmp_path):
    for name in ("zhang.py", "zhang"):
        store(tmp_path, name)
    found = results.load_results([tmp_path])
    rows = gradebook.build_rows(found, ROSTER)
    assert [row.student.name for row in rows if row.graded] == ["张三", "张三"]
    problems = str(gradebook.find_problems(found, rows, ROSTER)[0])
    assert problems.startswith("zhang and zhang.py belong to one student of the roster")


def test_problems_are_listed(the_class):
    rows = gradebook.build_rows(the_class, ROSTER)
    problems = [str(text) for text in gradebook.find_problems(the_class, rows, ROSTER)]
    assert [text.split()[0] for text in problems] == ["guest.py", "qian.py", "zhao.py"]
    assert problems[0] == "guest.py is not on the roster."
    assert "qian.py has no grade. The run" in problems[1]
    assert problems[2] == (
        "zhao.py has no grade. Some checks could not be judged. The time limit for this submission "
        "ran out before this scenario: `total` under `[limits]` in a rubric sets a longer one."
    )


def test_students_without_a_submission_are_missing(the_class):
    roster = Roster(columns=("file",), students=(Student(file="new.py", name="N"),))
    rows = gradebook.build_rows(the_class, roster)
    assert rows[-1].status == "missing"
    assert rows[-1].points is None
    problems = [str(text) for text in gradebook.find_problems(the_class, rows, roster)]
    assert "new.py is on the roster but has handed in nothing." in problems
    line = next(line for line in table(made("canvas", the_class, roster)) if line[0] == "N")
    assert line[-1] == ""


def test_without_a_roster_no_student_is_unknown(the_class):
    rows = gradebook.build_rows(the_class, None)
    assert [row.submission for row in rows] == [
        "guest.py", "qian.py", "wang.py", "zhang.py", "zhao.py"
    ]  # fmt: skip
    problems = gradebook.find_problems(the_class, rows, None)
    assert not [text for text in problems if "roster" in str(text)]


def test_comments_are_translated(the_class):
    rows = gradebook.build_rows(the_class, ROSTER)
    data = gradebook.to_moodle(rows, ExportOptions(assignment="", translate=translator("zh")))
    assert "未通过" in data.decode()


def test_different_maximum_points_are_reported(tmp_path):
    store(tmp_path, "a.py")
    store(tmp_path, "b.py", rubric=Rubric(points={"starts": 7.5}))
    found = results.load_results([tmp_path])
    (problems,) = gradebook.find_problems(found, gradebook.build_rows(found, None), None)
    assert "different maximum points (100 and 102.5)" in str(problems)


# --- which run counts ---


def test_the_latest_finished_run_counts_whatever_the_offset_of_its_time(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    store(one, "a.py", time="2024-05-01T12:00:00+08:00")
    store(other, "a.py", DEAF, time="2024-05-01T05:00:00+00:00")
    store(one, "a.py", time="2024-04-30T23:59:59-04:00")
    for folders in ([one, other], [other, one]):
        assert results.load_results(folders).graded["a.py"].report.points == 0


def test_a_later_lost_run_does_not_count_but_is_noted(tmp_path):
    store(tmp_path, "a.py")
    begin(tmp_path, "a.py", time="2025-01-01T00:00:00+08:00")
    found = results.load_results([tmp_path])
    assert found.graded["a.py"].report.points == 100
    assert "a.py: the latest run is unusable" in str(found.notes[0])
    store(tmp_path, "a.py", DEAF, time="2025-01-01T00:00:01+08:00")
    assert results.load_results([tmp_path]).notes == ()


@pytest.mark.parametrize("data", [b"", b"{}", None])
def test_a_damaged_report_gives_no_grade(tmp_path, data):
    run = store(tmp_path, "a.py")
    path = run.path / "report.json"
    path.unlink() if data is None else path.write_bytes(data)
    found = results.load_results([tmp_path])
    assert not found.graded
    assert "report.json" in str(found.lost["a.py"])


def test_decisions_newer_than_the_report_count(tmp_path):
    store(tmp_path, "zhang.py", DEAF)
    decide(tmp_path, decision("starts", 'outcome = "pass"'))
    assert results.load_results([tmp_path]).graded["zhang.py"].report.points == 5
    decide(tmp_path, decision("starts", 'outcome = "pass"', "0" * 64))
    found = results.load_results([tmp_path])
    assert found.graded["zhang.py"].report.points == 0
    assert "zhang.py: The decision of Li about starts" in str(found.notes[0])


def test_a_decision_about_an_unknown_submission_is_noted(tmp_path):
    store(tmp_path, "zhang.py")
    decide(tmp_path, decision("starts", "points = 1", submission="zang.py"))
    (note,) = map(str, results.load_results([tmp_path]).notes)
    assert note == "A decision by Li names zang.py, which has no run: is the name spelled right?"


def test_a_folder_without_runs_is_an_error(tmp_path):
    with pytest.raises(RunError, match="There are no runs in"):
        results.load_results([tmp_path])
    with pytest.raises(RunError, match="cannot be read: No such file"):
        results.load_results([tmp_path / "none"])


# --- safe in a spreadsheet ---

RUN = tuple("=+-@\t\r\n＝＋－＠")
run = st.tuples(st.sampled_from(RUN), st.text(max_size=20)).map("".join)
second = st.tuples(st.text(max_size=5), st.sampled_from((";", "|", "; ", '|"')), run).map("".join)
text = st.text(max_size=20) | run | second


def of(report: Report) -> StoredResult:
    info = RunInfo(submission=report.submission, sandbox="none", seed=1, time="")
    return StoredResult(report=report, info=info, rubric=Rubric(), source=SOURCE)


@given(text, text, text)
def test_no_cell_is_run_as_a_formula(name, other, reason):
    student = Student(
        file=name, name=other, id=name, number=other, login=name, section=other, email=name,
        participant=other,
    )  # fmt: skip
    decided = msgspec.structs.replace(mixture().entries[0], name=reason)
    report = mixture(submission=name, run=other, entries=(decided,))
    rows = (
        GradebookRow(submission=name, student=student, graded=of(report), status="graded"),
        GradebookRow(submission=other, student=student, graded=None, status="missing"),
    )
    columns = ("file", "name", "id", "number", "login", "section", "email", "participant")
    roster = Roster(columns=columns, students=(student,))
    for data in (
        gradebook.to_csv(rows, roster),
        gradebook.to_canvas(rows, ExportOptions(assignment=reason)),
        gradebook.to_moodle(rows, ExportOptions(assignment=reason)),
    ):
        assert data.startswith(b"\xef\xbb\xbf")
        lines = table(data)
        assert len(lines) in (3, 4)
        assert len({len(line) for line in lines}) == 1
        assert data.count(b"\r\n") == len(lines) == data.count(b"\n") == data.count(b"\r")
        for cell in (cell for line in lines for cell in line):
            assert not cell.lstrip().startswith(RUN)
            assert not set(cell) & set("\t\r\n\x1b\u202e")
        # With another separator, quotes do not keep a cell together.
        for cell in re.split(r"[;|\r\n]", data.decode("utf-8-sig")):
            assert not cell.lstrip(' "').startswith(RUN)


@given(st.text(st.characters(codec="gbk", exclude_categories=["C", "Z"]), min_size=1))
def test_harmless_cells_stay_unchanged(name):
    if name.startswith(RUN):
        return
    student = Student(file="a.py", name=name)
    rows = (GradebookRow(submission="a.py", student=student, graded=None, status="missing"),)
    assert table(gradebook.to_canvas(rows, ExportOptions(assignment="x")))[2][0] == name
