"""Which submissions a pull request changes, and what else; computed from git's output alone."""

from collections.abc import Iterable, Sequence
from enum import Enum

import msgspec

from grader.submissions.names import base_name, is_program_name, is_side_file, is_submission_path

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


class Absence(Enum):
    """Why there is nothing to grade in place of a changed submission."""

    DELETED = "deleted"
    SUBMODULE = "submodule"


class ChangedSubmission(msgspec.Struct, frozen=True, kw_only=True):
    """A submission that a pull request changes: a file or folder in the submissions' folder."""

    name: str
    """Its name there: ``zhang.py``, or ``zhang`` for a folder."""
    path: str
    entries: tuple[TreeEntry, ...] = ()
    """Everything that the head has at and below ``path``."""
    absent: Absence | None = None


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

    A submission is a file in ``folder``, a folder there, or something in place of one: a link or a
    submodule. What is nobody's hand-in, such as a README, is the teacher's.
    """
    if not change.path.startswith(folder + "/"):
        return None
    name, inner, _ = change.path.removeprefix(folder + "/").partition("/")
    in_place_of_one = {change.before, change.after} & {LINK, SUBMODULE}
    is_submission = inner or in_place_of_one or not is_side_file(name)
    return name if is_submission and is_submission_path([name]) else None


def submission_names(changes: Iterable[PathChange], folder: str) -> tuple[str, ...]:
    """The names of the changed submissions, each once, in the order of ``changes``.

    A document beside a program of the same name is no submission of its own.
    """
    found: dict[str, bool] = {}
    for change in changes:
        if name := submission_name(change, folder):
            is_program = is_program_name(name) or change.path != f"{folder}/{name}"
            found[name] = found.get(name, False) or is_program
    programs = {base_name(name) for name, is_program in found.items() if is_program}
    return tuple(
        name for name, is_program in found.items() if is_program or base_name(name) not in programs
    )


def look_up(name: str, folder: str, entries: Sequence[TreeEntry]) -> ChangedSubmission:
    """The submission ``name``.

    Args:
        entries: everything that the head has at and below ``folder``/``name``.
    """
    absent = None if entries else Absence.DELETED
    if any(entry.mode == SUBMODULE for entry in entries):
        absent = Absence.SUBMODULE
    return ChangedSubmission(
        name=name, path=f"{folder}/{name}", entries=tuple(entries), absent=absent
    )
