"""Nothing that is handed in vanishes: each entry is graded, part of a program, ignored by a rule,
or refused with a reason."""

import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.handed_in import explain_ungradable
from grader.submissions.discovery import find_submissions
from grader.submissions.names import base_name, is_program_name, is_side_file, is_submission_path

SERVER = b"import select, socket\n"
TEXT = b"Dear teacher,\n"


def _zip(path: Path, *names: str) -> bytes:
    with zipfile.ZipFile(path, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return path.read_bytes()


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, tuple[bytes, str]]:
    """By kind: what such a file holds, and what is said of it."""
    made = tmp_path_factory.mktemp("made")
    (made / "x").write_bytes(b"x")
    with tarfile.open(made / "tar", "w") as file:
        file.add(made / "x")
    with tarfile.open(made / "tgz", "w:gz") as file:
        file.add(made / "x")
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    return {
        "docx": (_zip(made / "a", "[Content_Types].xml", "word/document.xml"), "a Word document"),
        "doc": (ole + "WordDocument".encode("utf-16-le"), "a Word document"),
        "rtf": (b"{\\rtf1 x}", "a Word document"),
        "xlsx": (_zip(made / "b", "[Content_Types].xml", "xl/workbook.xml"), "an Office document"),
        "xls": (ole, "an Office document"),
        "zip": (_zip(made / "c", "server.py"), "an archive"),
        "empty zip": (_zip(made / "d"), "an archive"),
        "tar": ((made / "tar").read_bytes(), "an archive"),
        "tgz": ((made / "tgz").read_bytes(), "an archive"),
        "7z": (b"7z\xbc\xaf\x27\x1c\0\4", "an archive"),
        "rar": (b"Rar!\x1a\x07\1\0", "an archive"),
        "ipynb": (b'{"cells": [], "nbformat": 4}', "a notebook"),
        "large ipynb": (b'{\n "cells": ["' + b"x" * 200_000 + b'"]}', "a notebook"),
        "pdf": (b"%PDF-1.7\n", "a PDF document"),
        "png": (b"\x89PNG\r\n\x1a\n", "a picture"),
        "pointer": (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
            "a Git LFS pointer, not the file itself",
        ),
    }


KINDS = (
    *("docx", "doc", "rtf", "xlsx", "xls", "zip", "empty zip", "tar", "tgz", "7z", "rar"),
    *("ipynb", "large ipynb", "pdf", "png", "pointer"),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["zhang.py", "zhang", "zhang.docx", "张/server.py", "张/作业"])
def test_what_is_no_program_is_refused_whatever_its_name(tmp_path, files, kind, name):
    data, said = files[kind]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(data)
    (tmp_path / "a.py").write_bytes(SERVER)
    (tmp_path / "b.py").write_bytes(SERVER)
    found = [each.load() for each in find_submissions([tmp_path]).candidates]
    assert [each.name for each in found if not each.refused] == ["a.py", "b.py"]
    (other,) = (each for each in found if each.refused)
    assert other.name == name.partition("/")[0]
    assert str(explain_ungradable(other.refused)).startswith(f"Not gradable: {name} is {said}.")


NAMES = [
    *("a.PY", "a.Py", "a.pyw", "a.py.txt", "a.py (1)", "a (1).py", "a.py.txt (2)", "a.py（1）"),
    *("a.PY.TXT", "a.py.py", "a.py ", "test_a.py"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_program_under_another_name_is_graded(tmp_path, name):
    (tmp_path / name).write_bytes(TEXT)
    (tmp_path / "li").mkdir()
    (tmp_path / "li" / name).write_bytes(TEXT)
    found = [each.load() for each in find_submissions([tmp_path]).candidates]
    assert {each.name: each.refused for each in found} == {name: None, "li": None}


@pytest.mark.parametrize("name", ["server.txt", "server", "作业.md", "server.python"])
def test_a_text_that_reads_like_a_server_is_graded(tmp_path, name):
    for folder, text in ((tmp_path, SERVER), (tmp_path / "li", SERVER), (tmp_path / "wu", TEXT)):
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(text)
    found = {each.name: each.refused for each in find_submissions([tmp_path]).candidates}
    assert found.pop("wu").reason == "no-program"
    assert found == {name: None, "li": None}


IGNORED = [
    *(".DS_Store", ".git", "__pycache__", "Thumbs.db", "desktop.ini", "a.py~", ".a.py.swp"),
    *("~$a.docx", "#a.py#", "a.py.bak", "a.pyc", "venv", "env", "node_modules", "README.md"),
    *("README", "LICENSE", "requirements.txt", "Makefile", "rubric.toml", "class.csv", "a.log"),
    *("log.txt", "server_log.txt", "setup.py", "conftest.py", "tests"),
]


@pytest.mark.parametrize("name", IGNORED)
def test_what_a_rule_names_is_ignored(tmp_path, name):
    for folder in (tmp_path, tmp_path / "zhang"):
        folder.mkdir(exist_ok=True)
        if "." in name or name in ("README", "LICENSE", "Makefile") or name.endswith(("~", "#")):
            (folder / name).write_bytes(SERVER)
        else:
            (folder / name).mkdir()
            (folder / name / "x.py").write_bytes(SERVER)
        (folder / "server.py").write_bytes(SERVER)
    found = {each.name: each.refused for each in find_submissions([tmp_path]).candidates}
    assert found == {"server.py": None, "zhang": None}


@pytest.mark.parametrize("name", ["test_a.py", "tests/b.py", "setup.py", "a_test.py"])
def test_a_lone_program_is_graded_though_it_is_called_like_a_test(tmp_path, name):
    path = tmp_path / "zhang" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(SERVER)
    (found,) = find_submissions([tmp_path]).candidates
    assert (found.name, found.refused, found.path) == ("zhang", None, path)


def test_what_accompanies_a_program_of_the_same_name_is_part_of_it(tmp_path):
    for name in ("zhang.py", "zhang.docx", "zhang.txt", "li.docx", "wu.zip"):
        (tmp_path / name).write_bytes(TEXT)
    (tmp_path / "wu").mkdir()
    (tmp_path / "wu/server.py").write_bytes(TEXT)
    found = {each.name: each.refused for each in find_submissions([tmp_path]).candidates}
    assert found.pop("li.docx").reason == "other-file"
    assert found == {"zhang.py": None, "wu": None}


def test_students_folders_that_are_named_are_all_rows(tmp_path):
    """Though one is empty, and the document of another has the name of a third's."""
    for name in ("a/server.py", "b/hw.docx", "c/hw.docx", "d/x", "d/y"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TEXT)
    (tmp_path / "e").mkdir()
    found = find_submissions(sorted(tmp_path.iterdir())).candidates
    assert [each.name for each in found] == ["a", "b", "c", "d", "e"]
    assert [each.refused is None for each in found] == [True] + [False] * 4


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_cannot_be_read_is_a_row(tmp_path):
    for name in ("a.py", "b.py", "c/server.py", "d/server.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(SERVER)
    (tmp_path / "b.py").chmod(0)
    (tmp_path / "c").chmod(0)
    try:
        found = [each.load() for each in find_submissions([tmp_path]).candidates]
    finally:
        (tmp_path / "c").chmod(0o700)
    reasons = {each.name: each.refused and each.refused.reason for each in found}
    assert reasons == {"a.py": None, "b.py": "unreadable", "c": "unreadable", "d": None}


@given(st.binary(min_size=1, max_size=30).filter(lambda name: not {0, ord("/")} & {*name}))
def test_whatever_its_name_nothing_vanishes(tmp_path_factory, raw):
    """Beside two programs, a file of any name is a candidate, or a rule ignores it."""
    name = os.fsdecode(raw)
    folder = tmp_path_factory.mktemp("class")
    for own in ("one.py", "two.py"):
        (folder / own).write_bytes(SERVER)
    if raw in (b".", b"..") or (folder / name).exists():
        return
    (folder / name).write_bytes(TEXT)
    found = {each.name: each.load() for each in find_submissions([folder]).candidates}
    part = base_name(name) in ("one", "two")
    installs = name.lower() in ("setup.py", "conftest.py")
    ignored = not is_submission_path([name]) or is_side_file(name) or installs
    assert (name in found) == (not ignored and (not part or is_program_name(name)))
    for each in found.values():
        each.name.encode()  # It can be stored.
