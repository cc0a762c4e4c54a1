"""Reads the roster of a class: who handed in which file, and the student's ids elsewhere."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader.errors import UserError, os_reason
from grader.model.text import Text, names, say, say_count
from grader.submissions.discovery import base_name

COLUMNS: dict[str, tuple[str, ...]] = {
    "file": ("file", "file name", "filename", "submission", "文件", "文件名"),
    "name": ("name", "student", "full name", "姓名", "学生"),
    "id": ("id", "canvas id"),
    "number": ("number", "sis user id", "id number", "student id", "学号"),
    "login": ("login", "sis login id", "username", "用户名"),
    "section": ("section", "class", "班级"),
    "email": ("email", "email address", "mail", "邮箱", "电子邮箱"),
    "participant": ("participant", "identifier"),
}
"""The columns of a roster, and the headings that each may have, which include those of Canvas's and
Moodle's exports."""

UNIQUE = ("id", "number", "login", "email", "participant")
"""The columns whose values must be unique."""


class RosterError(UserError):
    """A roster is invalid or cannot be read."""


class Student(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a roster. Missing values are empty."""

    file: str
    """The submission's name, with or without ``.py``."""
    name: str = ""
    id: str = ""
    """Canvas's id."""
    number: str = ""
    """The student number."""
    login: str = ""
    section: str = ""
    email: str = ""
    participant: str = ""
    """Moodle's id of the student in one assignment."""

    @property
    def known(self) -> bool:
        """Whether anything identifies the student."""
        fields = msgspec.structs.asdict(self)
        return any(value for column, value in fields.items() if column not in ("file", "section"))


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """A class."""

    columns: tuple[str, ...]
    """The columns of the file, out of :data:`COLUMNS`."""
    students: tuple[Student, ...]

    def of(self, submission: str) -> Student | None:
        """The student of a submission; None: not on the roster."""
        wanted = _stem(submission)
        return next((one for one in self.students if _stem(one.file) == wanted), None)


def _stem(file: str) -> str:
    return base_name(file.removesuffix("/"))


def load(path: Path) -> Roster:
    """Read a roster: CSV whose first line names its columns.

    Raises:
        RosterError: it cannot be read, or a line is invalid; the message names it.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RosterError(
            say("The roster {path} cannot be read: {reason}.", path=path, reason=os_reason(error))
        ) from error
    try:
        return _parse(_decoded(data))
    except _WrongLineError as error:
        raise RosterError(
            say(
                "The roster {path}, line {line}: {reason}.",
                path=path,
                line=error.line,
                reason=error.reason,
            )
        ) from error


class _WrongLineError(Exception):
    def __init__(self, line: int, reason: Text) -> None:
        super().__init__(str(reason))
        self.line = line
        self.reason = reason


def _decoded(data: bytes) -> str:
    # A spreadsheet saves CSV in UTF-8 or, in China, in GBK.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    raise _WrongLineError(line, say("it is neither UTF-8 nor GBK"))


def _parse(text: str) -> Roster:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str | None] | None = None
    students: list[Student] = []
    seen: dict[tuple[str, str], int] = {}
    line = 1
    try:
        for cells in rows:
            begins, line = line, rows.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells, begins)
                continue
            student = _student(columns, cells, begins)
            for column in ("file", *UNIQUE):
                taken = seen.setdefault((column, _stem(getattr(student, column))), begins)
                if getattr(student, column) and taken != begins:
                    raise _WrongLineError(begins, _twice(student, column, taken))
            students.append(student)
    except csv.Error as error:
        raise _WrongLineError(line, say("it is not valid CSV ({reason})", reason=error)) from error
    if not columns or not students:
        raise _WrongLineError(1, say("it lists no students"))
    return Roster(
        columns=tuple(column for column in columns if column),
        students=tuple(students),
    )


def _twice(student: Student, column: str, line: int) -> Text:
    return say("{value} is also on line {line}", value=getattr(student, column), line=line)


def _columns(cells: Sequence[str], line: int) -> list[str | None]:
    """The column of each cell; None: not one of ours."""
    known = {alias: column for column, aliases in COLUMNS.items() for alias in aliases}
    found = [known.get(" ".join(cell.lower().split())) for cell in cells]
    for column in COLUMNS:
        if found.count(column) > 1:
            raise _WrongLineError(line, say("it has two columns for {column}", column=column))
    if "file" not in found:
        raise _WrongLineError(
            line,
            say(
                "the first line must name a column for the file: {names}",
                names=names(COLUMNS["file"]),
            ),
        )
    return found


def _student(columns: Sequence[str | None], cells: Sequence[str], line: int) -> Student:
    if len(cells) != len(columns):
        reason = say_count(
            "it has {count} cell; the heading has {columns}",
            "it has {count} cells; the heading has {columns}",
            count=len(cells),
            columns=len(columns),
        )
        raise _WrongLineError(line, reason)
    fields = {column: cell.strip() for column, cell in zip(columns, cells, strict=True) if column}
    student = Student(**fields)
    if not student.file:
        raise _WrongLineError(line, say("the file's name is missing"))
    if not student.known:
        raise _WrongLineError(
            line, say("it does not identify the student of {file}", file=student.file)
        )
    return student
