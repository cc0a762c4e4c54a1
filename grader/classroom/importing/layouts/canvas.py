"""Canvas: *Download Submissions*, a flat archive.

Its ``content_zipper.rb`` names a file ``name_LATE_user_attachment_file``: the student's sortable
name in small letters without blanks, ``LATE`` if it is, two ids, and the file's name. Anonymous
marking has ``anon_ID`` in place of name and id; a text or a link is ``name_user_text.html``. A file
of a name that was handed in before gets a number: ``server-1.py``.
"""

import re

import msgspec

from grader.classroom.importing.layouts.values import Export, HandedIn, Recognized, most
from grader.classroom.importing.tree import Item, Problem
from grader.classroom.roster import Student
from grader.model.text import say

_FILE = re.compile(
    r"(?:(?P<late>LATE)_)?(?P<anonymous>anon)_(?P<id>[A-Za-z0-9]+)_(?P<attachment>\d+)_(?P<file>.+)"
    r"|(?P<name>.+?)_(?:(?P<late2>LATE)_)?(?P<id2>\d+)_"
    r"(?:(?P<attachment2>\d+)_(?P<file2>.+)|(?P<text>text|link)\.html)"
)
_AGAIN = re.compile(r"(?P<stem>.+)-\d{1,3}(?P<suffix>\.\w+)")

NOT_NAMED = say("it is not named as this system names files")


def recognize(export: Export) -> Recognized | None:
    """The hand-ins of Canvas's archive."""
    items = export.tree.items
    named = [(item, _FILE.fullmatch(item.parts[0])) for item in items if len(item.parts) == 1]
    if not most(sum(match is not None for _, match in named), len(items)):
        return None
    found: dict[str, HandedIn] = {}
    for item, match in named:
        if match is None:
            continue
        anonymous, name = match["anonymous"], match["name"] or ""
        number = match["id"] or match["id2"]
        known = found.get(number) or HandedIn(
            source="canvas",
            student=Student() if anonymous else Student(name=name, id=number),
            folder=f"{anonymous or name}_{number}",
            items=(),
        )
        file = match["file"] or match["file2"] or f"{match['text']}.html"
        found[number] = msgspec.structs.replace(
            known,
            items=(*known.items, msgspec.structs.replace(item, parts=(file,))),
            late=known.late or bool(match["late"] or match["late2"]),
            # Each upload has an id of its own, which grows.
            attempt=max(
                known.attempt, match["attachment"] or match["attachment2"] or "", key=_number
            ),
        )
    matched = {item.parts for item, match in named if match}
    return Recognized(
        source="canvas",
        hand_ins=tuple(_without_numbers(each) for each in found.values()),
        problems=tuple(
            Problem(where="/".join(item.parts), why=NOT_NAMED)
            for item in items
            if item.parts not in matched
        ),
    )


def _without_numbers(hand_in: HandedIn) -> HandedIn:
    """The hand-in, its files called as the student did, so that one finds the other."""
    called = [_first_name(item) for item in hand_in.items]
    if len(set(called)) < len(called):
        return hand_in
    items = (
        msgspec.structs.replace(item, parts=(name,))
        for item, name in zip(hand_in.items, called, strict=True)
    )
    return msgspec.structs.replace(hand_in, items=tuple(items))


def _number(attachment: str) -> int:
    return int(attachment or 0)


def _first_name(item: Item) -> str:
    match = _AGAIN.fullmatch(item.parts[-1])
    return match["stem"] + match["suffix"] if match else item.parts[-1]
