"""Adds students to a roster: lines at its end. What it holds stays byte for byte."""

import csv
import io
from collections.abc import Sequence

import msgspec

from grader.classroom import roster
from grader.classroom.roster import COLUMNS, RosterError, Student
from grader.model.text import printable, say

_FORMULA_STARTS = tuple("=+-@＝＋－＠\t")
"""What a spreadsheet would take for a formula is not added: an export's names are strangers'."""


def add(data: bytes | None, students: Sequence[Student]) -> bytes:
    """A roster with more students.

    Args:
        data: the roster; None: there is none yet.

    Raises:
        RosterError: it has no heading, or would not be valid.
    """
    if data is None:
        data = ("\ufeff" + _line(list(COLUMNS))).encode()
    text, encoding = roster.decode(data)
    heading = roster.heading(text)
    if heading is None:
        raise RosterError(
            say("it has no line that names its columns, so no student can be added to it")
        )
    if not text.endswith(("\n", "\r")):
        data += "\n".encode(encoding.removesuffix("-sig"))
    lines, delimiter = [], roster.delimiter_of(text)
    for student in students:
        values = {name: _cell(value) for name, value in msgspec.structs.asdict(student).items()}
        lines.append(_line([values[column] if column else "" for column in heading], delimiter))
    added = data + "".join(lines).encode(encoding.removesuffix("-sig"))
    roster.parse(added)
    return added


def _cell(value: str) -> str:
    value = printable(value).strip()
    return "" if value.startswith(_FORMULA_STARTS) else value


def _line(cells: Sequence[str], delimiter: str = ",") -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return file.getvalue()
