"""Git's output is parsed into changed submissions and the program of each."""

import pytest

from grader.ci.changes import (
    ABSENT,
    FILE,
    LINK,
    SUBMODULE,
    Absence,
    PathChange,
    TreeEntry,
    changes_outside,
    look_up,
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
        (changed("s/zhang.docx"), "zhang.docx"),
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
    ("entries", "absent"),
    [
        ([entry("/a.py")], None),
        ([entry("", LINK)], None),
        ([], Absence.DELETED),
        ([entry("/a.py"), entry("/b", SUBMODULE)], Absence.SUBMODULE),
    ],
)
def test_what_is_absent(entries, absent):
    found = look_up("zhang", "s", entries)
    assert (found.path, found.absent, found.entries) == ("s/zhang", absent, tuple(entries))


def test_a_document_beside_a_program_is_part_of_it():
    def names(*paths: str) -> tuple[str, ...]:
        return submission_names(map(changed, paths), "s")

    assert names("s/zhang.docx", "s/zhang.py") == ("zhang.py",)
    assert names("s/zhang/a.py", "s/zhang.docx") == ("zhang",)
    assert names("s/zhang.docx", "s/li.py") == ("zhang.docx", "li.py")
