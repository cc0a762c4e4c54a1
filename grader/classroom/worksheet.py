"""Fills in the grading worksheet that was downloaded from Moodle, whatever its language.

Moodle translates the headings, but not their order: the participant's number, the name, perhaps
numbers and addresses, the status, the grade, the maximum, whether the grade can be changed, when
something was last changed, and last the feedback. Only grade and feedback are filled in; everything
else stays, the time of the last grading too, without which Moodle refuses the line.
"""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader.classroom import roster
from grader.classroom.gradebook import ExportOptions, GradebookRow, feedback_comment
from grader.classroom.roster import Roster, RosterError, Student
from grader.classroom.tables import to_cell
from grader.errors import os_reason
from grader.model.text import say

_PARTICIPANT = re.compile(r"\D*\d+")

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")

_LEAST = 5
"""Columns of a worksheet: participant, status, grade, maximum, feedback."""

_GRADE = ("grade", "成绩")

_MAXIMUM = ("maximum grade", "最高分", "最高成绩", "满分")


class Worksheet(msgspec.Struct, frozen=True, kw_only=True):
    """A worksheet, and where its columns are."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    grade: int
    delimiter: str = ","

    @property
    def roster(self) -> Roster:
        """The students of the worksheet."""
        students = tuple(map(self._student, self.rows))
        return Roster(columns=("participant", "name", "number", "email"), students=students)

    def _student(self, row: Sequence[str]) -> Student:
        identity = row[1 : self.grade]
        return Student(
            participant=row[0].strip(),
            name=next((cell for cell in identity[:1] if "@" not in cell), "").strip(),
            number=next((cell for cell in identity[1:] if cell.strip().isdigit()), "").strip(),
            email=next((cell for cell in identity if "@" in cell), "").strip(),
        )


def read(path: Path) -> Worksheet | None:
    """Read a worksheet; None: ``path`` is another table.

    Raises:
        RosterError: it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RosterError(
            say("The roster {path} cannot be read: {reason}.", path=path, reason=os_reason(error))
        ) from error
    return parse(data)


def parse(data: bytes) -> Worksheet | None:
    """Read the content of a worksheet; None: it is another table."""
    try:
        text = roster.decode(data)[0]
    except roster.WrongLineError:
        return None  # Who reads it as a roster says why.
    for delimiter in roster.DELIMITERS:
        try:
            lines = list(
                csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
            )
        except csv.Error:
            continue
        table = [tuple(line) for line in lines if any(cell.strip() for cell in line)]
        if len(table) < 2 or len({len(line) for line in table}) != 1 or len(table[0]) < _LEAST:
            continue
        heading, *rows = table
        if not all(_PARTICIPANT.fullmatch(row[0].strip()) for row in rows):
            continue
        maximum = _find_maximum(heading, rows)
        if maximum is not None and len({row[0] for row in rows}) == len(rows):
            return Worksheet(
                heading=heading, rows=tuple(rows), grade=maximum - 1, delimiter=delimiter
            )
    return None


def _find_maximum(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> int | None:
    """The column of the maximum, which follows that of the grade: by its heading, or because all of
    its cells are the same number."""
    called = [" ".join(cell.lower().split()) for cell in heading]
    for name in _MAXIMUM:
        if name in called[2:]:
            return called.index(name)
    for name in _GRADE:
        if name in called[1:-1]:
            return called.index(name) + 1
    for column in range(len(heading) - 2, 1, -1):
        cells = {row[column].strip() for row in rows}
        if len(cells) == 1 and _NUMBER.fullmatch(next(iter(cells))):
            return column
    return None


def fill_in(sheet: Worksheet, rows: Sequence[GradebookRow], options: ExportOptions) -> bytes:
    """The worksheet with the grades and the feedback of those who have a grade."""
    graded = {
        row.student.participant: row for row in rows if row.student and row.points is not None
    }
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=sheet.delimiter, lineterminator="\r\n")
    writer.writerow(sheet.heading)
    for line in sheet.rows:
        cells = list(line)
        if row := graded.get(line[0].strip()):
            cells[sheet.grade] = to_cell(row.points)
            cells[-1] = to_cell(feedback_comment(row).render(options.translate))
        writer.writerow(cells)
    return file.getvalue().encode("utf-8-sig")
