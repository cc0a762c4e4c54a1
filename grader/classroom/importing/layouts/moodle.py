"""Moodle: *Download all submissions*.

Its ``mod_assign\\downloader`` makes a folder ``Name_ID_assignsubmission_file`` for each student,
with another underscore in earlier versions, or without folders a file of such a beginning. The id
is that of the participant in this assignment; a team has its name and id, or only a name. Texts
that were typed are in ``…_onlinetext``.
"""

import re

import msgspec

from grader.classroom.importing.layouts.canvas import NOT_NAMED
from grader.classroom.importing.layouts.values import Export, HandedIn, Recognized, most
from grader.classroom.importing.tree import Item, Problem
from grader.classroom.roster import Student

_BEGINNING = r"(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?:[a-z]+)"
_FOLDER = re.compile(_BEGINNING + "_?")
_FILE = re.compile(_BEGINNING + "_(?P<file>.+)")


def recognize(export: Export) -> Recognized | None:
    """The hand-ins of Moodle's archive."""
    items = export.tree.items
    named = [(item, _match(item)) for item in items]
    if not most(sum(match is not None for _, match in named), len(items)):
        return None
    found: dict[tuple[str, str], HandedIn] = {}
    for item, match in named:
        if match is None:
            continue
        name, number = match["name"], match["id"] or ""
        known = found.get((name, number)) or HandedIn(
            source="moodle",
            # So it stands in the grading worksheet.
            student=Student(name=name, participant=f"Participant {number}" if number else ""),
            folder=f"{name}_{number}" if number else name,
            items=(),
        )
        parts = item.parts[1:] or (match["file"],)
        own = msgspec.structs.replace(item, parts=parts)
        found[name, number] = msgspec.structs.replace(known, items=(*known.items, own))
    return Recognized(
        source="moodle",
        hand_ins=tuple(found.values()),
        problems=tuple(
            Problem(where="/".join(item.parts), why=NOT_NAMED)
            for item, match in named
            if match is None
        ),
    )


def _match(item: Item) -> re.Match[str] | None:
    name = item.parts[0]
    return _FOLDER.fullmatch(name) if len(item.parts) > 1 else _FILE.fullmatch(name)
