"""What the layouts take and return."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from grader.classroom.importing.tree import Item, Problem, Tree
from grader.classroom.roster import Student


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be recognized."""

    name: str
    """The name of its file without the ending, or of its folder."""
    tree: Tree
    read: Callable[[Item], bytes]
    """Reads a file, if it is not too large."""
    packed: bool = False
    """Whether it was an archive."""
    single: bool = False
    """Whether it is a file that is no archive."""
    several: bool = False
    """Whether more exports were named."""
    folders: tuple[str, ...] = ()
    """The folders around its files that were passed over."""


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """What one student gave in at one time."""

    source: str
    student: Student
    """What the export tells of the student."""
    folder: str
    """The name of a folder for it; one part of a path."""
    items: tuple[Item, ...]
    received: datetime | None = None
    late: bool = False
    attempt: str = ""
    clone: tuple[str, ...] = ()
    """The path of a clone in the export, whose last commit says when it was handed in."""


class Recognized(msgspec.Struct, frozen=True, kw_only=True):
    """The hand-ins in an export."""

    source: str
    hand_ins: tuple[HandedIn, ...]
    problems: tuple[Problem, ...] = ()
    ignored: tuple[str, ...] = ()
    """Files that are nobody's hand-in, such as a system's own lists."""


def most(matching: int, items: int) -> bool:
    """Whether so many of some files have the names of a layout that it is this one."""
    return matching * 2 > items
