"""Imports one after the other: nothing is overwritten, and nothing is imported twice."""

import json
import os
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.importing.samples import (
    NOW,
    SERVER,
    files_of,
    import_all,
    problems,
    statuses,
    write,
    zipped,
)
from grader.classroom import roster
from grader.classroom.importing import roster_rows, store
from grader.classroom.importing.importer import ExportError
from grader.submissions.discovery import find_submissions
from grader.submissions.hand_in import HandInError, load_attempts

LATER = NOW + timedelta(days=1)


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "class"


@pytest.fixture
def canvas(tmp_path, folder):
    """Import an archive of Canvas with these files."""

    def canvas(files, now=NOW):
        (tmp_path / "submissions.zip").write_bytes(zipped(files))
        return import_all(tmp_path / "submissions.zip", to=folder, now=now)

    return canvas


def everything(folder: Path) -> dict[str, bytes]:
    """All files, hidden ones too, with their times."""
    return {
        str(path): path.read_bytes() + str(path.stat().st_mtime_ns).encode()
        for path in folder.rglob("*")
        if path.is_file() and path.name != store.LOCK
    }


FIRST = {"zhang_1_10_server.py": SERVER + "# 1", "li_2_11_server.py": SERVER}
SECOND = {"zhang_1_20_server-1.py": SERVER + "# 2", "li_2_11_server.py": SERVER}


def test_the_same_import_twice_changes_nothing(canvas, folder):
    assert canvas(FIRST).changed
    before = everything(folder)
    result = canvas(FIRST, LATER)
    assert not result.changed
    assert statuses(result) == {"zhang_1": "unchanged", "li_2": "unchanged"}
    assert everything(folder) == before


def test_a_later_attempt_stands_and_the_earlier_one_stays(canvas, folder):
    canvas(FIRST)
    assert statuses(canvas(SECOND, LATER)) == {"zhang_1": "later", "li_2": "unchanged"}
    assert files_of(folder)["zhang_1/server.py"] == SERVER + "# 2"
    earlier, latest = load_attempts(folder / "zhang_1")
    assert (earlier.folder / "server.py").read_text() == SERVER + "# 1"
    assert latest.folder == folder / "zhang_1"
    found = find_submissions([folder]).candidates
    assert [(each.name, each.path.parent.name, each.refused) for each in found] == [
        ("li_2", "li_2", None),
        ("zhang_1", "zhang_1", None),
    ]


def test_an_old_export_brings_nothing_back(canvas, folder):
    canvas(FIRST)
    canvas(SECOND, LATER)
    before = everything(folder)
    assert not canvas(FIRST, LATER).changed
    assert everything(folder) == before


def test_old_bytes_that_are_handed_in_again_are_an_attempt(canvas, folder):
    """Canvas gives each upload an id of its own."""
    canvas(FIRST)
    canvas(SECOND, LATER)
    third = {"zhang_1_30_server-2.py": SERVER + "# 1"}
    assert statuses(canvas(third, LATER + timedelta(days=1))) == {"zhang_1": "later"}
    assert files_of(folder)["zhang_1/server.py"] == SERVER + "# 1"
    assert len(load_attempts(folder / "zhang_1")) == 3


def test_what_a_teacher_has_changed_is_kept(canvas, folder):
    canvas(FIRST)
    (folder / "zhang_1/server.py").write_text("repaired")
    (folder / "zhang_1/notes.txt").write_text("mine")
    assert statuses(canvas(FIRST))["zhang_1"] == "unchanged"
    assert files_of(folder)["zhang_1/server.py"] == "repaired"
    canvas(SECOND, LATER)
    earlier = load_attempts(folder / "zhang_1")[0].folder
    assert (earlier / "server.py").read_text() == "repaired"
    assert (earlier / "notes.txt").read_text() == "mine"


def test_a_folder_that_another_system_spells_differently(canvas, folder):
    """The name of the same student, as macOS writes it."""
    composed, apart = (unicodedata.normalize(form, "josé_1") for form in ("NFC", "NFD"))
    canvas({f"{composed}_10_server.py": SERVER})
    (folder / composed).rename(folder / apart)
    assert not canvas({f"{composed}_10_server.py": SERVER}).changed
    canvas({f"{composed}_20_server-1.py": SERVER + "# 2"}, LATER)
    assert files_of(folder) == {f"{apart}/server.py": SERVER + "# 2"}


def test_what_no_import_has_written_is_not_touched(canvas, folder):
    write(folder, {"zhang_1/server.py": "mine", "li_2.py": "mine"})
    result = canvas(FIRST)
    assert files_of(folder) == {"li_2.py": "mine", "zhang_1/server.py": "mine"}
    assert problems(result) == {
        "submissions.zip/zhang_1": f"{folder}/zhang_1 was not written by an import, and nothing is "
        "overwritten: move or rename it",
        "submissions.zip/li_2": "li_2.py in the class's folder has the same name: move or rename "
        "it",
    }


@pytest.mark.parametrize("target", ["zhang_1", "zhang_1/.attempts"])
def test_no_link_in_the_class_is_followed(canvas, folder, tmp_path, target):
    (tmp_path / "elsewhere").mkdir()
    if "/" in target:
        canvas(FIRST)
    folder.mkdir(exist_ok=True)
    (folder / target).symlink_to(tmp_path / "elsewhere")
    canvas(SECOND, LATER)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_damaged_record_is_a_problem(canvas, folder):
    canvas(FIRST)
    (folder / "zhang_1/.hand-in.toml").write_text("source = 1")
    (why,) = problems(canvas(SECOND)).values()
    assert why.startswith(f"{folder}/zhang_1/.hand-in.toml cannot be read: ")
    with pytest.raises(HandInError):
        load_attempts(folder / "zhang_1")


@pytest.mark.parametrize("at", range(6))
def test_a_killed_import_is_finished_by_the_next_one(canvas, folder, monkeypatch, at):
    """Whichever step was the last: each attempt is there once, and the latest one stands."""
    canvas(FIRST)
    canvas(SECOND, LATER)
    third = {"zhang_1_30_server-2.py": SERVER + "# 3", "wang_3_31_server.py": SERVER}
    if (child := os.fork()) == 0:
        try:
            _die_at_a_rename(monkeypatch, at)
            canvas(third, LATER + timedelta(days=1))
        finally:
            os._exit(1)
    os.waitpid(child, 0)
    canvas(third, LATER + timedelta(days=2))
    contents = [(a.folder / "server.py").read_text() for a in load_attempts(folder / "zhang_1")]
    assert contents == [SERVER + f"# {number}" for number in (1, 2, 3)]
    assert files_of(folder)["zhang_1/server.py"] == SERVER + "# 3"
    assert (folder / "wang_3/server.py").exists()
    assert not (folder / store.WORK).exists()


def _die_at_a_rename(monkeypatch, at: int) -> None:
    steps = iter(range(100))
    rename = Path.rename
    monkeypatch.setattr(
        Path, "rename", lambda *paths: os._exit(1) if next(steps) == at else rename(*paths)
    )


def test_the_roster_says_whose_folder_it_is(canvas, folder):
    """By id, by name, or by what the folder would be called; nothing in it changes."""
    text = "file,name,id\nzhang san.py,张三,1\n李四,li,\n"
    write(folder, {"roster.csv": text})
    canvas({"zhang_1_10_server.py": SERVER, "li_2_11_server.py": SERVER, "w_3_12_a.py": SERVER})
    assert sorted(files_of(folder)) == ["w_3/a.py", "zhang san/server.py", "李四/server.py"]
    assert (folder / "roster.csv").read_text() == text + "w_3,w,3\n"


def test_a_roster_in_gbk_stays_one(canvas, folder):
    data = "学号,姓名\r\n1,张三".encode("gbk")
    write(folder, {"roster.csv": data})
    canvas({"王五_3_12_a.py": SERVER})
    assert (folder / "roster.csv").read_bytes() == data + "\n,王五\n".encode("gbk")


def test_a_list_without_a_heading_is_not_added_to(canvas, folder):
    write(folder, {"roster.csv": "zhang\nli\n"})
    result = canvas({**FIRST, "wang_3_12_a.py": SERVER})
    assert (folder / "roster.csv").read_text() == "zhang\nli\n"
    assert problems(result) == {
        "roster.csv": "it has no line that names its columns, so no student can be added to it; "
        "not on the roster: wang_3"
    }
    assert len(files_of(folder)) == 3


def test_two_people_of_one_name(canvas, folder):
    """Their ids tell them apart."""
    canvas({"li_1_10_server.py": SERVER, "li_2_11_server.py": SERVER + "# 2"})
    assert sorted(files_of(folder)) == ["li_1/server.py", "li_2/server.py"]
    assert [s.id for s in roster.load(folder / "roster.csv").students] == ["1", "2"]


def test_no_formula_gets_into_the_roster(tmp_path, folder):
    (tmp_path / "x.zip").write_bytes(zipped({"=cmd()_7_assignsubmission_file_/server.py": SERVER}))
    import_all(tmp_path / "x.zip", to=folder)
    assert roster.load(folder / "roster.csv").students[0].name == ""


WORDS = st.text(max_size=12) | st.sampled_from(["=1+1", "a\nb", 'a"b', "a,b", "\x00", "\ud800"])


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4))
def test_added_students_can_be_read(pairs):
    """Whatever their names are; or the roster is refused, and stays as it is."""
    students = [roster.Student(file=f"s{n}", name=a, id=b) for n, (a, b) in enumerate(pairs)]
    try:
        data = roster_rows.add(None, students)
        more = roster_rows.add(data, [roster.Student(file="last", name="Li")])
    except roster.RosterError:
        return
    assert more.startswith(data)
    read = roster.parse(more).students
    assert [each.file for each in read] == [*(each.file for each in students), "last"]
    assert not any(each.name.startswith(("=", "+", "-", "@")) for each in read)


def test_an_invalid_roster_stops_the_import(canvas, folder):
    write(folder, {"roster.csv": "name,id\nli,1\nwang,1\n"})
    with pytest.raises(roster.RosterError):
        canvas(FIRST)
    assert files_of(folder) == {}


def test_exports_that_are_not_there(tmp_path, folder):
    with pytest.raises(ExportError):
        import_all(tmp_path / "none.zip", to=folder)
    folder.mkdir()
    with pytest.raises(ExportError):
        import_all(folder, to=folder)
    assert not list(folder.iterdir())


NOTEBOOK = """{"cells": [
 {"cell_type": "markdown", "metadata": {}, "source": ["# server"]},
 {"cell_type": "code", "metadata": {}, "source": ["%matplotlib inline\\n", "import select"],
  "outputs": [], "execution_count": 1}],
 "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "LANG"}},
 "nbformat": 4, "nbformat_minor": 2}"""


def notebook(tmp_path, folder, text, **more):
    export = write(tmp_path / "export", {"li/server.ipynb": text, "wang/a.py": SERVER, **more})
    return problems(import_all(export, to=folder))


def test_a_notebook_becomes_a_program(tmp_path, folder):
    assert notebook(tmp_path, folder, NOTEBOOK.replace("LANG", "python")) == {}
    program = files_of(folder)["li/server.py"]
    compile(program, "server.py", "exec")
    assert "\nimport select" in program
    assert "# %matplotlib inline" in program
    assert "li/server.ipynb" in files_of(folder)


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 9999, '{"cells": 1, "nbformat": 4}', NOTEBOOK.replace("LANG", "R")]
)
def test_another_notebook_stays(tmp_path, folder, text):
    (where,) = notebook(tmp_path, folder, text)
    assert where == "export/li/server.ipynb"
    assert sorted(files_of(folder)) == ["li/server.ipynb", "wang/a.py"]


@pytest.mark.parametrize(("cells", "size"), [(1_001, 1), (1, 101 << 10)])
def test_a_notebook_that_is_too_long(tmp_path, folder, cells, size):
    cell = {"cell_type": "code", "metadata": {}, "source": "#" * size, "outputs": []}
    text = json.dumps({"cells": [cell] * cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2})
    (why,) = notebook(tmp_path, folder, text).values()
    assert why == "the notebook is too long for a homework program"


def test_a_notebook_beside_a_program_is_none(tmp_path, folder):
    more = {"li/server.py": SERVER}
    assert notebook(tmp_path, folder, NOTEBOOK.replace("LANG", "python"), **more) == {}
    assert files_of(folder)["li/server.py"] == SERVER
