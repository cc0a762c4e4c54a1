"""Which submissions a pull request changes, and what else; computed from git's output alone."""

from collections.abc import Iterable, Sequence
from enum import Enum

import msgspec

from grader.submissions.names import is_program_name, is_submission_path, is_test

FILE, EXECUTABLE = "100644", "100755"
LINK, SUBMODULE, ABSENT = "120000", "160000", "000000"
"""The modes of git's tree entries."""


class PathChange(msgspec.Struct, frozen=True, kw_only=True):
    """A path that differs between two commits. A rename is a deletion and an addition."""

    path: str
    """Untrusted: git allows every byte but NUL. Bytes that are not UTF-8 become surrogates."""
    before: str
    """Its mode before; :data:`ABSENT` if it did not exist."""
    after: str
    """Its mode after; :data:`ABSENT` if it is deleted."""


class TreeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A path in a commit."""

    path: str
    """Untrusted, as in :class:`PathChange`."""
    mode: str
    blob: str
    """The name of its object."""


class Ungradable(Enum):
    """Why a changed submission cannot be graded."""

    DELETED = "deleted"
    LINK = "link"
    SUBMODULE = "submodule"
    SEVERAL_PROGRAMS = "several programs"
    NO_PROGRAM = "no program"


class ChangedSubmission(msgspec.Struct, frozen=True, kw_only=True):
    """A submission that a pull request changes: a file or folder in the submissions' folder."""

    name: str
    """Its name there: ``zhang.py``, or ``zhang`` for a folder."""
    path: str
    """The path of its program, or where that should be."""
    blob: str = ""
    """The program's object; empty if ``problem`` is set."""
    problem: Ungradable | None = None


def parse_diff(raw: bytes) -> tuple[PathChange, ...]:
    """Parse the output of ``git diff-tree -r -z --raw --no-renames --full-index``."""
    fields = raw.split(b"\0")[:-1]
    changes = []
    for header, path in zip(fields[::2], fields[1::2], strict=True):
        before, after, *_ = header.decode("ascii").removeprefix(":").split(" ")
        changes.append(PathChange(path=_decode(path), before=before, after=after))
    return tuple(changes)


def parse_tree(raw: bytes) -> tuple[TreeEntry, ...]:
    """Parse the output of ``git ls-tree -r -z``."""
    entries = []
    for line in raw.split(b"\0")[:-1]:
        header, _, path = line.partition(b"\t")
        mode, _, blob = header.decode("ascii").split(" ")
        entries.append(TreeEntry(path=_decode(path), mode=mode, blob=blob))
    return tuple(entries)


def _decode(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def changes_outside(changes: Iterable[PathChange], folder: str) -> tuple[PathChange, ...]:
    """The changes that belong to no submission in ``folder``."""
    return tuple(change for change in changes if submission_name(change, folder) is None)


def submission_name(change: PathChange, folder: str) -> str | None:
    """The name of the submission that ``change`` belongs to; None if it belongs to none.

    A submission is a Python program in ``folder``, a folder there, or something in place of one: a
    link or a submodule. Any other file there is the teacher's, such as a README.
    """
    if not change.path.startswith(folder + "/"):
        return None
    name, inner, _ = change.path.removeprefix(folder + "/").partition("/")
    in_place_of_one = {change.before, change.after} & {LINK, SUBMODULE}
    is_submission = inner or is_program_name(name) or in_place_of_one
    return name if is_submission and is_submission_path([name]) else None


def submission_names(changes: Iterable[PathChange], folder: str) -> tuple[str, ...]:
    """The names of the changed submissions, each once, in the order of ``changes``."""
    found = (submission_name(change, folder) for change in changes)
    return tuple(dict.fromkeys(name for name in found if name is not None))


def locate_program(name: str, folder: str, entries: Sequence[TreeEntry]) -> ChangedSubmission:
    """Find the one program of the submission ``name``.

    Args:
        entries: everything that the head has at and below ``folder``/``name``.
    """
    path = f"{folder}/{name}"
    if not entries:
        return ChangedSubmission(name=name, path=path, problem=Ungradable.DELETED)
    if any(entry.mode == SUBMODULE for entry in entries):
        return ChangedSubmission(name=name, path=path, problem=Ungradable.SUBMODULE)
    programs = [entry for entry in entries if entry.path == path or _is_program(entry, path)]
    inner = [entry.path.removeprefix(path + "/") for entry in programs]
    tested = [e for e, name in zip(programs, inner, strict=True) if not is_test(name.split("/"))]
    programs = tested or programs
    if len(programs) != 1:
        problem = Ungradable.SEVERAL_PROGRAMS if programs else Ungradable.NO_PROGRAM
        return ChangedSubmission(name=name, path=path, problem=problem)
    (program,) = programs
    if program.mode not in (FILE, EXECUTABLE):
        return ChangedSubmission(name=name, path=program.path, problem=Ungradable.LINK)
    return ChangedSubmission(name=name, path=program.path, blob=program.blob)


def _is_program(entry: TreeEntry, folder: str) -> bool:
    inner = entry.path.removeprefix(folder + "/")
    return is_program_name(inner) and is_submission_path(inner.split("/"))
