"""Reads the roster of a class: who handed in which file, and the student's ids elsewhere."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from grader.errors import UserError, os_reason
from grader.model.text import Text, say, say_count
from grader.submissions.names import base_name

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

_ALIASES = {alias: column for column, aliases in COLUMNS.items() for alias in aliases}

DELIMITERS = (",", ";", "\t")
"""What may separate cells. Where a comma separates decimals, spreadsheets write semicolons."""

_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
"""Byte order marks, and what they mean."""

_TEST_STUDENTS = ("student, test", "test student")
"""What Canvas calls the student whom a teacher can play."""

UNIQUE = ("id", "number", "login", "email", "participant")
"""The columns whose values must be unique."""


class RosterError(UserError):
    """A roster is invalid or cannot be read."""


class Student(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a roster. Missing values are empty."""

    file: str = ""
    """The submission's name, with or without ``.py``; empty: the submission is named after the
    student."""
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
    def label(self) -> str:
        """What a list calls the student."""
        return self.file or self.name or self.number or self.login or self.id or self.email

    @property
    def keys(self) -> tuple[str, ...]:
        """What a submission's name may contain to be the student's."""
        return tuple(filter(None, (self.number, self.login, self.id, self.name)))

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
        found = [one for one in self.students if one.file and _stem(one.file) == wanted]
        if not found:
            found = [
                one
                for one in self.students
                if not one.file and any(has_part(wanted, key) for key in one.keys)
            ]
        return found[0] if len(found) == 1 else None

    def missing(self, submissions: Iterable[str]) -> tuple[Student, ...]:
        """The students of whom none of ``submissions`` is."""
        present = {self.of(name) for name in submissions}
        return tuple(one for one in self.students if one not in present)


_KINDS = re.compile(r"\d+|[a-z]+|[^\W\d_a-z]+")
"""Digits, Latin letters, and other letters, such as Chinese."""


def _letters(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def has_part(submission: str, key: str) -> bool:
    """Whether a submission's name has ``key`` as a part of its own: ``20240042_张三`` has 张三, and
    ``张三丰`` has not."""
    parts, wanted = (_KINDS.findall(_letters(text)) for text in (submission, key))
    last = len(parts) - len(wanted) + 1
    return bool(wanted) and any(parts[at:][: len(wanted)] == wanted for at in range(last))


def _stem(file: str) -> str:
    # macOS spells some letters as two.
    return unicodedata.normalize("NFC", base_name(file.removesuffix("/")))


def load(path: Path) -> Roster:
    """Read a roster: CSV whose first line names its columns, or a student on each line.

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
        return _parse(decode(data)[0])
    except WrongLineError as error:
        raise RosterError(
            say(
                "The roster {path}, line {line}: {reason}.",
                path=path,
                line=error.line,
                reason=error.reason,
            )
        ) from error


def parse(data: bytes) -> Roster:
    """Read the content of a roster.

    Raises:
        RosterError: a line is invalid; the message names it.
    """
    try:
        return _parse(decode(data)[0])
    except WrongLineError as error:
        raise RosterError(
            say("line {line}: {reason}", line=error.line, reason=error.reason)
        ) from error


class WrongLineError(Exception):
    """A line of a roster is invalid."""

    def __init__(self, line: int, reason: Text) -> None:
        super().__init__(str(reason))
        self.line = line
        self.reason = reason


def decode(data: bytes) -> tuple[str, str]:
    """The text of a roster, and its encoding.

    Raises:
        WrongLineError: it is in none of the encodings that are known.
    """
    # A spreadsheet saves CSV in UTF-8 or, in China, in GBK; "Unicode text" is UTF-16.
    wide = next((name for mark, name in _WIDE.items() if data.startswith(mark)), None)
    if wide is None and b"\0" in data[:2]:
        wide = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    if wide:
        try:
            return data.decode(wide).removeprefix("\ufeff"), wide
        except UnicodeDecodeError as error:
            raise WrongLineError(1, say("it is not valid UTF-16")) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    raise WrongLineError(line, say("it is neither UTF-8 nor GBK"))


def heading(text: str) -> list[str | None] | None:
    """The column of each cell of a roster's first line (None: not one of ours); None: that line is
    a student's."""
    first = _first_cells(text, delimiter_of(text))
    return _columns(first, 1) if first else None


def delimiter_of(text: str) -> str:
    """What separates the cells of a roster: that of :data:`DELIMITERS` by which its first line has
    most columns that are known."""

    def known(delimiter: str) -> int:
        cells = _first_cells(text, delimiter)
        return sum(_known(cell) is not None for cell in cells)

    return max(DELIMITERS, key=known)


def _first_cells(text: str, delimiter: str) -> list[str]:
    """The cells of the first line that has some."""
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if any(cell.strip() for cell in cells):
                return cells
    except csv.Error:
        pass  # Whoever reads on meets it again, and says where.
    return []


def _known(cell: str) -> str | None:
    """The column that a heading names; None: it is not one of ours."""
    return _ALIASES.get(" ".join(cell.lower().split()))


def _is_canvas(cells: Sequence[str]) -> bool:
    """Whether a heading is that of Canvas's own export."""
    return [_known(cell) for cell in cells[:2]] == ["name", "id"] and len(cells) > 4


def _is_canvas_row(student: Sequence[str]) -> bool:
    """Whether a line of Canvas's export is nobody's: it has no id, as *Points Possible* and *Manual
    Posting*, or is the test student's."""
    return not student[1].strip() or student[0].strip().casefold() in _TEST_STUDENTS


def _parse(text: str) -> Roster:
    delimiter = delimiter_of(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    canvas = False
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
                if columns is None:
                    return _plain(text)
                canvas = _is_canvas(cells)
                continue
            if canvas and len(cells) > 1 and _is_canvas_row(cells):
                continue
            student = _student(columns, cells, begins)
            for column in ("file", *UNIQUE):
                taken = seen.setdefault((column, _stem(getattr(student, column))), begins)
                if getattr(student, column) and taken != begins:
                    raise WrongLineError(begins, _twice(student, column, taken))
            students.append(student)
    except csv.Error as error:
        raise WrongLineError(line, say("it is not valid CSV ({reason})", reason=error)) from error
    if not columns or not students:
        raise WrongLineError(1, say("it lists no students"))
    return Roster(
        columns=tuple(column for column in columns if column),
        students=tuple(students),
    )


def _twice(student: Student, column: str, line: int) -> Text:
    return say("{value} is also on line {line}", value=getattr(student, column), line=line)


def _plain(text: str) -> Roster:
    """A list without a heading: a student on each line, by name, by number, or by both."""
    students = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not (words := re.split(r"[\s,;，；、]+", line.strip(" \t,;，；、"))) or not words[0]:
            continue
        student = Student(
            number=" ".join(word for word in words if _has_digit(word)),
            name=" ".join(word for word in words if not _has_digit(word)),
        )
        taken = seen.setdefault(" ".join(words), number)
        if taken != number:
            raise WrongLineError(
                number, say("{value} is also on line {line}", value=line.strip(), line=taken)
            )
        students.append(student)
    columns = tuple(each for each in ("name", "number") if any(getattr(s, each) for s in students))
    return Roster(columns=columns, students=tuple(students))


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _columns(cells: Sequence[str], line: int) -> list[str | None] | None:
    """The column of each cell (None: not one of ours); None if it is no heading."""
    found = list(map(_known, cells))
    for column in COLUMNS:
        if found.count(column) > 1:
            raise WrongLineError(line, say("it has two columns for {column}", column=column))
    return found if any(found) else None


def _student(columns: Sequence[str | None], cells: Sequence[str], line: int) -> Student:
    if len(cells) != len(columns):
        reason = say_count(
            "it has {count} cell; the heading has {columns}",
            "it has {count} cells; the heading has {columns}",
            count=len(cells),
            columns=len(columns),
        )
        raise WrongLineError(line, reason)
    fields = {column: cell.strip() for column, cell in zip(columns, cells, strict=True) if column}
    student = Student(**fields)
    if not student.known and not student.file:
        raise WrongLineError(line, say("it does not identify the student"))
    if not student.known:
        raise WrongLineError(
            line, say("it does not identify the student of {file}", file=student.file)
        )
    return student
