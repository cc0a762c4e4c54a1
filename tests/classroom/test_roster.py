"""A roster is read from any spreadsheet's CSV; an error names its line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.roster import Roster, RosterError, Student, load


@pytest.fixture
def roster(tmp_path):
    def read(text: str | bytes) -> Roster:
        path = tmp_path / "roster.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load(path)

    return read


LI = Student(file="li.py", name="李华", number="0042")


@pytest.mark.parametrize(
    "data",
    [
        "file,name,number\nli.py,李华,0042\n",
        "\ufefffile,name,number\r\nli.py,李华,0042\r\n",
        "文件,姓名,学号\nli.py,李华,0042".encode("gbk"),
        "File, Full  Name ,ID number,Shoe size\n\n li.py , 李华 ,0042,43\n,,,\n",
        'number,"file",student\n"0042","li.py","李华"\n',
        "name\u2009,file,x,y\n李华,li.py,1,2\n".replace("x", "SIS User ID").replace(
            ",1,", ",0042,"
        ),
    ],
)
def test_encodings_and_headings_are_recognized(roster, data):
    assert roster(data).students == (LI,)


@pytest.mark.parametrize("file", ["li.py", "li", "li/"])
@pytest.mark.parametrize("submission", ["li.py", "li"])
def test_a_submission_has_a_student(roster, file, submission):
    found = roster(f"file,name\nwang.py,王\n{file},李\n")
    student = found.of(submission)
    assert student
    assert student.name == "李"
    assert found.of("zhang.py") is None


def test_every_column_is_read(roster):
    found = roster("file,name,id,number,login,section,email,participant\na,b,c,d,e,f,g,h\n")
    assert found.students == (
        Student(
            file="a",
            name="b",
            id="c",
            number="d",
            login="e",
            section="f",
            email="g",
            participant="h",
        ),
    )
    assert found.columns[0] == "file"


HEAD = "file,name,id\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("name,id\n,\n,x\n\na,x\n", 5, "x is also on line 3"),
        ("section,name\n1,\n", 2, "it does not identify the student"),
        ("张三\n\n张三\n", 3, "张三 is also on line 1"),
        ("file,name,student\na,b,c\n", 1, "it has two columns for name"),
        ("", 1, "it lists no students"),
        (HEAD, 1, "it lists no students"),
        (HEAD + "a.py,A,1\nb.py,B\n", 3, "it has 2 cells; the heading has 3"),
        (HEAD + "a.py,A,1\nb.py,B,2,3\n", 3, "it has 4 cells; the heading has 3"),
        (HEAD + 'a.py,"A\nA",1\n,,\n,,2\nb.py,,2\n', 6, "2 is also on line 5"),
        (HEAD + "a.py,,\n", 2, "it does not identify the student of a.py"),
        (HEAD + "a.py,A,1\nb.py,B,2\n\na,C,3\n", 5, "a is also on line 2"),
        (HEAD + "a.py,A,1\nb.py,B,1\n", 3, "1 is also on line 2"),
        (HEAD + 'a.py,A,1\nb.py,"B\n', 3, "it is not valid CSV"),
        (HEAD + 'a.py,"A"A,1\n', 2, "it is not valid CSV"),
    ],
)
def test_an_error_names_the_line_and_the_reason(roster, tmp_path, text, line, reason):
    with pytest.raises(RosterError) as caught:
        roster(text)
    assert str(caught.value).startswith(f"The roster {tmp_path / 'roster.csv'}, line {line}: ")
    assert reason in str(caught.value)


def test_another_encoding_is_an_error(roster):
    with pytest.raises(RosterError, match="line 2: it is neither UTF-8 nor GBK"):
        roster(b"file,name\nb.py,\xff\xff\n")


def test_an_unreadable_file_is_an_error(tmp_path):
    with pytest.raises(RosterError, match="cannot be read: No such file"):
        load(tmp_path / "none.csv")


@given(st.binary() | st.text("file,name\n\"'\r 李\0").map(str.encode))
def test_any_bytes_are_accepted_or_rejected(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    try:
        assert load(path).students
    except RosterError as error:
        assert f"{path}, line " in str(error)  # noqa: PT017


NAMED = {
    "张三": {"张三.py", "20240042_张三.py", "20250001_张三1.py", "作业-张三.docx", "张三"},
    "张三丰": {"张三丰.py"},
    "20240042": {"20240042.py", "hw3-20240042.zip", "20240042张三.PY", "20240042"},
    "Zhang San": {"zhang_san.py", "ZHANG-SAN (1).py", "hw3.zhang.san.ipynb"},
}
OTHERS = {"李四.py", "120240042.py", "小张三.py", "zhangsan.py", "server.py", ""}


@pytest.mark.parametrize("key", NAMED)
@pytest.mark.parametrize("heading", ["", "姓名", "name,学号"])
def test_a_list_of_names_or_numbers_is_a_roster(roster, key, heading):
    """A student's submission has the name or the number as a part of its own."""
    line = key if heading != "name,学号" else f",{key}"
    students = roster(
        f"{heading}\n{line}\nnobody else\n"
        if "," not in heading
        else f"{heading}\n{line}\nnobody else,7\n"
    )
    (student, _) = students.students
    assert student.label == key
    assert all(students.of(name) == student for name in NAMED[key])
    others = OTHERS.union(*(NAMED[each] for each in NAMED)) - NAMED[key]
    assert {name for name in others if students.of(name)} <= {"20240042_张三.py", "20240042张三.PY"}


def test_a_line_may_have_a_number_and_a_name(roster):
    students = roster("20240042  张三\n20240043,李四\n20240044\t张三\n")
    first, second, third = students.students
    assert (first.number, first.name) == ("20240042", "张三")
    assert students.of("20240043.py") == students.of("李四.docx") == second
    assert students.of("hw_20240044.py") == third
    assert students.of("张三.py") is None  # which of the two is unknown
    assert students.of("20240044张三.py") is None


def test_a_name_is_the_same_however_it_is_spelled(tmp_path):
    """macOS writes an accent behind its letter."""
    composed, apart = (unicodedata.normalize(form, "josé") for form in ("NFC", "NFD"))
    for text in (f"file,id\n{apart}.py,1\n", f"name,id\n{apart},1\n"):
        (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
        assert load(tmp_path / "roster.csv").of(f"{composed}.py") is not None
