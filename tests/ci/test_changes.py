"""Git's output is parsed into changed submissions and the program of each."""

import pytest

from grader.ci.changes import (
    ABSENT,
    FILE,
    LINK,
    SUBMODULE,
    PathChange,
    TreeEntry,
    Ungradable,
    changes_outside,
    locate_program,
    parse_diff,
    parse_tree,
    submission_names,
)

BLOB, OTHER = b"1" * 40, b"2" * 40


def changed(path: str, before: str = ABSENT, after: str = FILE) -> PathChange:
    return PathChange(path=path, before=before, after=after)


def test_a_diff_is_parsed_whatever_its_paths_are():
    raw = (
        b":000000 100644 %s %s A\0a\n\tb.py\0:100644 120000 %s %s T\0\xff.py\0"
        % (OTHER, BLOB, OTHER, BLOB)
    )  # fmt: skip
    assert parse_diff(raw) == (changed("a\n\tb.py"), changed("\udcff.py", FILE, LINK))
    assert parse_diff(b"") == ()


def test_a_tree_is_parsed_whatever_its_paths_are():
    raw = b"100644 blob %s\ta\tb.py\x00160000 commit %s\tc\0" % (BLOB, OTHER)
    assert parse_tree(raw) == (
        TreeEntry(path="a\tb.py", mode=FILE, blob=BLOB.decode()),
        TreeEntry(path="c", mode=SUBMODULE, blob=OTHER.decode()),
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (changed("s/zhang.py"), "zhang.py"),
        (changed("s/zhang/notes.txt"), "zhang"),
        (changed("s/zhang", FILE, LINK), "zhang"),
        (changed("s/zhang", SUBMODULE, ABSENT), "zhang"),
        (changed("s/README.md"), None),
        (changed("s/.hidden/a.py"), None),
        (changed("s"), None),
        (changed("s.py"), None),
        (changed("other/s/zhang.py"), None),
    ],
)
def test_the_submission_that_a_change_belongs_to(change, name):
    assert submission_names([change, change], "s") == (() if name is None else (name,))
    assert changes_outside([change], "s") == ((change,) if name is None else ())


def entry(path: str, mode: str = FILE) -> TreeEntry:
    return TreeEntry(path=f"s/zhang{path}", mode=mode, blob=BLOB.decode())


@pytest.mark.parametrize(
    ("entries", "path", "problem"),
    [
        ([entry("/a.py")], "s/zhang/a.py", None),
        ([entry("/a.py"), entry("/__init__.py"), entry("/b.txt")], "s/zhang/a.py", None),
        ([], "s/zhang", Ungradable.DELETED),
        ([entry("", LINK)], "s/zhang", Ungradable.LINK),
        ([entry("/a.py", LINK)], "s/zhang/a.py", Ungradable.LINK),
        ([entry("/a.py"), entry("/b", SUBMODULE)], "s/zhang", Ungradable.SUBMODULE),
        ([entry("/a.py"), entry("/b.py")], "s/zhang", Ungradable.SEVERAL_PROGRAMS),
        ([entry("/b.txt")], "s/zhang", Ungradable.NO_PROGRAM),
    ],
)
def test_the_program_of_a_submission(entries, path, problem):
    located = locate_program("zhang", "s", entries)
    assert (located.path, located.problem) == (path, problem)
    assert located.blob == ("" if problem else BLOB.decode())
