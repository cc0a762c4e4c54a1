"""What Canvas and Moodle export is a roster as it is, and Moodle's worksheet is filled in."""

import csv
import io

import pytest

from classroom.samples import DEAF, store
from grader.classroom import gradebook, results, roster, worksheet
from grader.classroom.gradebook import ExportOptions
from grader.i18n import translator

CANVAS = """\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Homework 3 (77),Current Score
,,,,,Manual Posting,
    Points Possible,,,,,100,(read only)
"Zhang, San",1001,20240042,zhang3,Python 1,,
"Wang, Wu",1002,20240043,wang5,Python 1,,
"Student, Test",1003,,5f4dcc3b5aa765d61d8327deb882cf99,Python 1,,
"""

LIST = "file,name,number\nzhang.py,张三,0042\n,王五,0043\n"


def read(data: bytes) -> list[tuple[str, ...]]:
    return [(one.file, one.name, one.number) for one in roster.parse(data).students]


def test_canvas_own_export_is_a_roster():
    found = roster.parse(CANVAS.encode())
    assert [(one.id, one.number, one.login) for one in found.students] == [
        ("1001", "20240042", "zhang3"),
        ("1002", "20240043", "wang5"),
    ]
    for name in ("20240042.py", "zhang_san.py", "zhang3"):
        assert found.of(name).id == "1001"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("gb18030"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    ],
)
def test_what_spreadsheets_write_is_read(delimiter, encode):
    data = encode(LIST.replace(",", delimiter))
    assert read(data) == [("zhang.py", "张三", "0042"), ("", "王五", "0043")]


def test_half_a_character_in_utf_16_is_an_error():
    with pytest.raises(roster.RosterError, match="it is not valid UTF-16"):
        roster.parse("name\n张".encode("utf-16")[:-1])


# --- Moodle's worksheet ---

ENGLISH = (
    '\ufeffIdentifier,"Full name","ID number","Email address",Status,Grade,"Maximum Grade",'
    '"Grade can be changed","Last modified (submission)","Last modified (grade)",'
    '"Feedback comments"\n'
    '"Participant 17",张三,0042,z@example.org,"Submitted for grading",,100.00,Yes,'
    '"Friday, 3 May 2024, 9:00 AM",-,\n'
    '"Participant 18",王五,0043,w@example.org,"No submission",50.00,100.00,Yes,-,'
    '"Friday, 3 May 2024, 9:05 AM",seen\n'
)

CHINESE = (
    "\ufeff编号,全名,电子邮件地址,状态,成绩,最高分,成绩可以更改,"
    "最后修改（提交）,最后修改（成绩）,反馈意见\n"
    "参与者17,张三,z@example.org,已提交,,100.00,是,2024年05月3日,-,\n"
    "参与者18,王五,w@example.org,没有提交,50.00,100.00,是,-,2024年05月4日,看过\n"
)

SPANISH = CHINESE.replace("编号", "Identificador").replace("全名", "Nombre completo")
SPANISH = SPANISH.replace("成绩,最高分", "Calificación,Calificación máxima").replace(",", ";")


@pytest.fixture
def graded(tmp_path):
    store(tmp_path, "张三.py", DEAF)
    return results.load_results([tmp_path])


def table(data: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize("text", [ENGLISH, CHINESE, SPANISH])
def test_a_worksheet_is_filled_in_whatever_its_language(graded, text):
    sheet = worksheet.parse(text.encode())
    rows = gradebook.build_rows(graded, sheet.roster)
    data = worksheet.fill_in(sheet, rows, ExportOptions(assignment="", translate=translator("zh")))
    before, after = (table(each, sheet.delimiter) for each in (text.encode(), data))
    assert after[0] == before[0]
    assert after[2] == before[2]  # Nobody knows a grade of 王五.
    changed = [at for at, cell in enumerate(after[1]) if cell != before[1][at]]
    assert changed == [sheet.grade, len(after[0]) - 1]
    assert after[1][sheet.grade] == "0"
    assert "分" in after[1][-1]


def test_a_worksheet_names_its_students():
    one = worksheet.parse(ENGLISH.encode()).roster.students[0]
    assert (one.participant, one.name) == ("Participant 17", "张三")
    assert (one.number, one.email) == ("0042", "z@example.org")


@pytest.mark.parametrize(
    "text", [LIST, CANVAS, "张三\n王五\n", "", "Identifier,Grade\nx,1\n", "\0"]
)
def test_other_tables_are_no_worksheet(text):
    assert worksheet.parse(text.encode()) is None
