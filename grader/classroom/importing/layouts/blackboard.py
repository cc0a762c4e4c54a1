"""Blackboard Learn: *Assignment File Download*, the archive of a gradebook's column.

A file is ``Assignment_user_attempt_2024-05-01-12-30-59_file``, and beside those of each attempt is
a text without the file's name, whose first line is ``Name: Zhang San (zhang3)``. The time is local.
Several attempts of one student may be in one archive.
"""

import re
from datetime import datetime

import msgspec

from grader.classroom.importing.layouts.canvas import NOT_NAMED
from grader.classroom.importing.layouts.values import Export, HandedIn, Recognized, most
from grader.classroom.importing.tree import Item, Problem
from grader.classroom.roster import Student
from grader.model.text import say

_FILE = re.compile(
    r"(?P<before>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<receipt>\.txt))"
)
_LABEL = 20
"""Characters of that word at most."""

NO_FILES = say("no file was attached")


def recognize(export: Export) -> Recognized | None:
    """The attempts in Blackboard's archive."""
    items = export.tree.items
    named = [(item, _FILE.fullmatch(item.parts[-1])) for item in items if len(item.parts) == 1]
    if not most(sum(match is not None for _, match in named), len(items)):
        return None
    receipts = {
        (match["before"], match["time"]): _read_receipt(export, item)
        for item, match in named
        if match and match["receipt"]
    }
    found: dict[tuple[str, str], list[Item]] = {attempt: [] for attempt in receipts}
    for item, match in named:
        if match and match["file"]:
            own = msgspec.structs.replace(item, parts=(match["file"],))
            found.setdefault((match["before"], match["time"]), []).append(own)
    matched = {item.parts for item, match in named if match}
    problems = [
        Problem(where="/".join(item.parts), why=NOT_NAMED)
        for item in items
        if item.parts not in matched
    ]
    hand_ins = []
    for (before, time), own_items in found.items():
        name, user = receipts.get((before, time)) or ("", "")
        if not user or not before.endswith(user):
            name, user = "", before.rpartition("_")[2]
        if not own_items:
            problems.append(Problem(where=f"{before}_attempt_{time}", why=NO_FILES))
            continue
        hand_ins.append(
            HandedIn(
                source="blackboard",
                student=Student(name=name, login=user),
                folder=f"{name}_{user}" if name else user,
                items=tuple(own_items),
                received=_time(time),
                attempt=time,
            )
        )
    return Recognized(source="blackboard", hand_ins=tuple(hand_ins), problems=tuple(problems))


def _read_receipt(export: Export, item: Item) -> tuple[str, str] | None:
    """The student's name and user name. The first line of a receipt is ``Name: 张三 (zhang3)``, its
    first word in the language of the course."""
    first_line = export.read(item).decode("utf-8", "replace").partition("\n")[0].strip()
    label, _, student = first_line.partition(":")
    name, _, user = student.removesuffix(")").rpartition("(")
    named = student.endswith(")") and ")" not in user and len(label) <= _LABEL
    return (name.strip(), user) if user and named else None


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None
