"""``grade import``: what it prints, and its exit status."""

from pathlib import Path

from classroom.importing.samples import SERVER, files_of, zipped

from grader.classroom.importing.layouts import SOURCES
from grader.cli.import_exports import SOURCE_NAMES

CANVAS = {
    "zhangsan_1001_2001_server.py": SERVER,
    "lisi_LATE_1002_2002_server.py": SERVER,
    "__MACOSX/._x": "",
}


def test_an_import_and_the_same_again(grade):
    Path("submissions.zip").write_bytes(zipped(CANVAS))
    status, out, err = grade("import", "submissions.zip", "--to", "class")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "submissions.zip: 2 hand-ins, as Canvas exports them.",
        "2 students were added to class/roster.csv.",
        "zhangsan_1001  1 file  new",
        "lisi_1002      1 file  new, late",
        "New: 2. Further attempts: 0. Imported before: 0. Not imported: 0. Ignored by rule: 1.",
    ]
    status, out, err = grade("import", "submissions.zip", "--to", "class")
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == "Nothing has changed: all of it was imported before."


def test_in_chinese(grade):
    stem = "HW_li4_attempt_2024-05-01-13-00-00_server.py"
    Path("gradebook.zip").write_bytes(zipped({stem: SERVER}))
    status, out, _ = grade("import", "gradebook.zip", "--to", "class", "--lang", "zh")
    assert status == 0
    assert out.splitlines() == [
        "gradebook.zip：1份作业，Blackboard导出的格式。",
        "class/roster.csv新增1名学生。",
        "li4  1个文件  新增，提交于2024-05-01 13:00:00",
        "新增1份，另一次提交0份，以前已导入0份；未导入0项，按规则忽略0项。",
    ]


def test_what_is_not_imported_has_a_reason(grade):
    Path("submissions.zip").write_bytes(zipped({**CANVAS, "../up.py": "", "mine.py": SERVER}))
    status, out, err = grade("import", "submissions.zip", "--to", "class")
    assert status == 3
    assert err.splitlines() == [
        "grade: submissions.zip/../up.py is not imported: its path leads out of its folder.",
        "grade: submissions.zip/mine.py is not imported: it is not named as this system names "
        "files.",
    ]
    assert "Not imported: 2." in out
    assert len(files_of(Path("class"))) == 2


def test_names_cannot_move_the_cursor(grade):
    Path("x.zip").write_bytes(zipped({"li\x1b[2J/a.py": SERVER, "wang/../\x1b[2J.py": SERVER}))
    _, out, err = grade("import", "x.zip", "--to", "class")
    assert "\x1b" not in out + err


def test_usage_errors(grade):
    assert grade("import", "none.zip", "--to", "class")[0] == 2
    assert grade("import", "none.zip")[0] == 2
    Path("class").mkdir()
    Path("class/roster.csv").write_text("name,id\nli,1\nwang,1\n")
    Path("x.zip").write_bytes(zipped(CANVAS))
    status, _, err = grade("import", "x.zip", "--to", "class")
    assert status == 2
    assert "The roster class/roster.csv, line 3: 1 is also on line 2." in err


def test_the_option_takes_what_the_importer_knows():
    """Help is quick, so the option does not import it."""
    assert SOURCE_NAMES == SOURCES
