"""Recognizes whose file each one of an export is, by the names that the exporting system gives.

Each module has one system's layout, as its makers document it or its source has it, and a function
of a tree that returns the hand-ins; None if the tree does not look so. :func:`recognize` asks them
all. They are pure, but for reading the lists that some systems put beside the files.
"""

from collections.abc import Callable
from typing import Literal, get_args

import msgspec

from grader.classroom.importing.layouts import (
    blackboard,
    canvas,
    github,
    gradescope,
    moodle,
    plain,
)
from grader.classroom.importing.layouts.values import Export, Recognized
from grader.classroom.importing.tree import common_folder

SourceName = Literal[
    "auto", "canvas", "moodle", "gradescope", "blackboard", "github", "class", "student"
]
"""What an export may be; the last two are files without a system's names."""

SOURCES: tuple[SourceName, ...] = get_args(SourceName)

_SYSTEMS: dict[str, Callable[[Export], Recognized | None]] = {
    "gradescope": gradescope.recognize,
    "moodle": moodle.recognize,
    "blackboard": blackboard.recognize,
    "canvas": canvas.recognize,
    "github": github.recognize,
}

_WRAPPERS = 3
"""Folders around an export that are passed over."""


def recognize(export: Export, source: SourceName = "auto") -> Recognized | None:
    """Whose the files of ``export`` are; None: it is none of ``source``."""
    systems = [name for name in _SYSTEMS if source in ("auto", name)]
    for inner in _unwrapped(export):
        for name in systems:
            if (found := _SYSTEMS[name](inner)) is not None:
                return found
    return plain.recognize(export, source) if source in ("auto", "class", "student") else None


def _unwrapped(export: Export) -> "list[Export]":
    """The export, and what is in the one folder that holds all of it, and so on."""
    found = [export]
    for _ in range(_WRAPPERS):
        outer = found[-1]
        wrapper = common_folder(outer.tree.items)
        if wrapper is None:
            break
        inner = outer.tree
        found.append(
            msgspec.structs.replace(
                outer,
                name=wrapper,
                folders=(*outer.folders, wrapper),
                tree=msgspec.structs.replace(
                    inner,
                    items=tuple(item.without(1) for item in inner.items),
                    ignored=tuple(p[1:] for p in inner.ignored if p[0] == wrapper and len(p) > 1),
                ),
            )
        )
    return found
