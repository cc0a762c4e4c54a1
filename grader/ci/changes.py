"""What a pull request changes: which submissions, and what else. Pure: git was asked before."""

from collections.abc import Iterable, Sequence
from enum import Enum

import msgspec

from grader.submissions.discovery import SUFFIX, base_name, is_submission_path

FILE, EXECUTABLE = "100644", "100755"
LINK, SUBMODULE, NOTHING = "120000", "160000", "000000"
"""What git calls the modes of its entries."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A path that is not what it was. What was renamed is two of these: one gone, one new."""

    path: str
    """A stranger's text: git allows every byte but NUL; what is no UTF-8 has surrogates in it."""
    before: str
    """Its mode; :data:`NOTHING`: it was not there."""
    after: str
    """Its mode; :data:`NOTHING`: it is gone."""
    blob: str
    """The object that it is now."""

    @property
    def gone(self) -> bool:
        """Whether it was there, and is not."""
        return self.after == NOTHING


class Unfit(Enum):
    """Why a submission cannot be graded as it lies there."""

    GONE = "gone"
    LINK = "link"
    SUBMODULE = "submodule"
    SEVERAL = "several"
    NONE = "none"


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """A submission that is changed: a file in the submissions' folder, or a folder there."""

    name: str
    """What it is called there: ``zhang.py``, or ``zhang`` of a folder."""
    path: str
    """Its program, or where that should be."""
    blob: str = ""
    """The program's object; empty: there is none."""
    unfit: Unfit | None = None

    @property
    def owner(self) -> str:
        """Whose it says it is, by its name: ``zhang``."""
        return base_name(self.name)


def parse(raw: bytes) -> tuple[Change, ...]:
    """Read what ``git diff-tree -r -z --raw --no-renames --full-index`` writes."""
    fields = raw.split(b"\0")[:-1]
    found = []
    for told, path in zip(fields[::2], fields[1::2], strict=True):
        before, after, _, blob, _ = told.decode("ascii").removeprefix(":").split(" ")
        found.append(
            Change(
                path=path.decode("utf-8", "surrogateescape"), before=before, after=after, blob=blob
            )
        )
    return tuple(found)


def parse_tree(raw: bytes) -> tuple[Change, ...]:
    """Read what ``git ls-tree -r -z`` writes: what is there, as changes from nothing."""
    found = []
    for entry in raw.split(b"\0")[:-1]:
        told, _, path = entry.partition(b"\t")
        mode, _, blob = told.decode("ascii").split(" ")
        found.append(
            Change(
                path=path.decode("utf-8", "surrogateescape"),
                before=NOTHING,
                after=mode,
                blob=blob,
            )
        )
    return tuple(found)


def outside(changes: Iterable[Change], folder: str) -> tuple[Change, ...]:
    """What is not part of a submission: it lies outside ``folder``, or in it and is none."""
    return tuple(change for change in changes if name_of(change, folder) is None)


def name_of(change: Change, folder: str) -> str | None:
    """What the submission is called to which ``change`` belongs; None: it belongs to none.

    A submission is a ``.py`` file in ``folder``, or a folder there, or what looks like one: a
    link, or another repository. Any other file there is the teacher's: its README, for example.
    """
    if not change.path.startswith(folder + "/"):
        return None
    name, inner, _ = change.path.removeprefix(folder + "/").partition("/")
    looks = inner or name.endswith(SUFFIX) or {change.before, change.after} & {LINK, SUBMODULE}
    return name if looks and is_submission_path([name]) else None


def names(changes: Iterable[Change], folder: str) -> tuple[str, ...]:
    """The submissions that are changed, each once, in order."""
    found = (name_of(change, folder) for change in changes)
    return tuple(dict.fromkeys(name for name in found if name is not None))


def _is_program(entry: Change, folder: str) -> bool:
    inner = entry.path.removeprefix(folder + "/")
    return inner.endswith(SUFFIX) and is_submission_path(inner.split("/"))


def handed(name: str, folder: str, entries: Sequence[Change]) -> Handed:
    """The submission ``name``, of which ``entries`` is all that the head has there."""
    path = f"{folder}/{name}"
    if not entries:
        return Handed(name=name, path=path, unfit=Unfit.GONE)
    programs = [entry for entry in entries if entry.path == path or _is_program(entry, path)]
    if any(entry.after == SUBMODULE for entry in entries):
        return Handed(name=name, path=path, unfit=Unfit.SUBMODULE)
    if len(programs) != 1:
        return Handed(name=name, path=path, unfit=Unfit.SEVERAL if programs else Unfit.NONE)
    (program,) = programs
    if program.after not in (FILE, EXECUTABLE):
        return Handed(name=name, path=program.path, unfit=Unfit.LINK)
    return Handed(name=name, path=program.path, blob=program.blob)
