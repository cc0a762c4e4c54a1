"""What belongs to a program, and the hash that names a version of it."""

import hashlib

import msgspec
import pytest

from grader.model.plan import Plan
from grader.model.program import (
    LARGEST_IN_ALL,
    LONGEST_PATH,
    MOST_FILES,
    digest,
    imported_modules,
    reachable,
)


def test_the_hash_of_a_single_file_is_its_own():
    assert digest(b"x = 1") == hashlib.sha256(b"x = 1").hexdigest()


def test_the_hash_depends_on_all_names_and_contents():
    versions = [
        digest(b"x"),
        digest(b"x", {"a.py": b""}),
        digest(b"x", {"b.py": b""}),
        digest(b"x", {"a.py": b"1"}),
        digest(b"y", {"a.py": b"1"}),
        digest(b"x", {"a.py": b"1", "b": b""}),
    ]
    assert len({*versions}) == len(versions)
    assert digest(b"x", {"a": b"1", "b": b"2"}) == digest(b"x", {"b": b"2", "a": b"1"})


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (b"import log", ["log.py"]),
        (b"import log, os", ["log.py"]),
        (b"from log import write", ["log.py"]),
        (b"def f():\n    import log", ["log.py"]),
        (b"from tools import names", ["tools/__init__.py", "tools/names.py"]),
        (b"import tools.names as n", ["tools/__init__.py", "tools/names.py"]),
        (b"import tools", ["tools/__init__.py"]),
        (b"from tools.deep import *", ["tools/__init__.py", "tools/deep.py", "tools/names.py"]),
        (b"import names", []),
        (b"import data", []),
        (b"exec('import log')", []),
        (b"def (", []),
    ],
)
def test_modules_are_found_by_imports_of_each_other(source, found):
    files = {
        "log.py": b"",
        "data.txt": b"",
        "unused.py": b"import log",
        "tools/__init__.py": b"",
        "tools/names.py": b"",
        "tools/deep.py": b"from .names import LOG\nfrom . import names",
    }
    assert [module.name for module in imported_modules(source, files)] == found


def test_modules_are_looked_for_in_the_folder_of_the_file_that_is_run():
    sources = {"a/server.py": b"import log", "a/log.py": b"import server", "log.py": b""}
    assert reachable("a/server.py", sources) == ("a/log.py",)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "a/../../x", "a/./b", "a//b", "", ".", "..", "a/", "a\0b"]
)
def test_a_plan_has_no_file_outside_the_programs_folder(path):
    stored = msgspec.json.encode({"source": "", "nonces": [], "files": {path: ""}})
    with pytest.raises(msgspec.ValidationError, match="outside"):
        msgspec.json.decode(stored, type=Plan)


@pytest.mark.parametrize(
    "files",
    [
        {"x" * (LONGEST_PATH + 1): b""},
        {f"{number}": b"" for number in range(MOST_FILES)},
        {"x": bytes(LARGEST_IN_ALL + 1)},
    ],
)
def test_a_plan_has_no_more_than_may_be_handed_in(files):
    with pytest.raises(ValueError, match="file"):
        Plan(source=b"", nonces=(), files=files)
