"""Decides to which student of the roster a hand-in belongs, and in which folder it lies."""

import re
import unicodedata
from collections.abc import Iterable

import msgspec

from grader.classroom.importing.entry_names import safe_parts
from grader.classroom.roster import UNIQUE, Roster, Student, has_part
from grader.errors import UserError
from grader.model.text import say
from grader.submissions.names import base_name

_UNLISTED = Roster(columns=(), students=())


class PlacementError(UserError):
    """A hand-in has no place."""


class Places:
    """The folders of a class's students, and the students themselves."""

    def __init__(self, roster: Roster | None, taken: Iterable[str]) -> None:
        """
        Args:
            taken: the names of the folders and files that are in the class's folder.
        """
        self._roster = roster or _UNLISTED
        self._taken = {_key(name): name for name in taken}
        self._new: list[Student] = []
        self._guessed: dict[str, set[str]] = {}

    @property
    def new(self) -> list[Student]:
        """The students that are not on the roster, as they are to be added to it."""
        shared = {number for number, whose in self._guessed.items() if len(whose) > 1}
        cleared = (
            msgspec.structs.replace(each, number="") if each.number in shared else each
            for each in self._new
        )
        return [each for each in cleared if each.known]

    def place(self, student: Student, folder: str, *, guessed: bool = False) -> str:
        """The name of the folder of a hand-in.

        Args:
            student: what the export tells.
            folder: the name that the export suggests.
            guessed: whether that number is only taken from a file's name. Then it may be a date or
                a class, so the name must agree, too, and a number that several have is nobody's.

        Raises:
            PlacementError: something else has that name.
        """
        if guessed and student.number:
            self._guessed.setdefault(student.number, set()).add(_letters(student.name))
        row = self._find(student, folder, guessed)
        name = _folder_name(folder) if row is None else self._folder_of(row, folder)
        taken = self._taken.setdefault(_key(name), name)
        if unicodedata.normalize("NFC", taken) == name:
            name = taken
        else:
            raise PlacementError(
                say(
                    "{taken} in the class's folder has the same name: move or rename it",
                    taken=taken,
                )
            )
        if row is None and student.known:
            self._new.append(msgspec.structs.replace(student, file=name))
        return name

    @property
    def _all(self) -> Roster:
        students = (*self._roster.students, *self._new)
        return Roster(columns=self._roster.columns, students=students)

    def _find(self, student: Student, folder: str, guessed: bool) -> Student | None:
        """The row of the roster that is the student's; None: there is none."""
        students = self._all.students
        for column in UNIQUE:
            value = _id(getattr(student, column))
            found = [row for row in students if value and _id(getattr(row, column)) == value]
            if guessed:
                found = [row for row in found if _is_named(row, student, folder)]
            if len(found) == 1:
                return found[0]
        agreeing = [row for row in students if not _conflict(row, student)]
        named = [
            row for row in agreeing if student.name and _letters(row.name) == _letters(student.name)
        ]
        if len(named) == 1:
            return named[0]
        row = self._all.of(folder)
        return row if row in agreeing else None

    def _folder_of(self, row: Student, folder: str) -> str:
        if row.file:
            return _folder_name(base_name(row.file.removesuffix("/")))
        names = (folder, "_".join(filter(None, (row.number, row.name))))
        found = (name for name in names if name and self._all.of(name) is row)
        return _folder_name(next(found, folder))


def _is_named(row: Student, student: Student, folder: str) -> bool:
    """Whether a hand-in has the name of a row of the roster."""
    if student.name:
        return _letters(row.name) == _letters(student.name)
    return bool(row.name) and has_part(folder, row.name)


def _folder_name(name: str) -> str:
    # Neither hidden nor, in a roster, a formula.
    name = name.lstrip(".=+-@＝＋－＠ \t")
    return "_".join(safe_parts(name.replace("/", "_").replace("\\", "_") or "_"))


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", base_name(name)).casefold()


def _id(value: str) -> str:
    """What an id is compared by. Of ``Participant 12`` the word depends on Moodle's language."""
    return re.sub(r"^\D+(?=\d+$)", "", value).casefold() if " " in value else value.casefold()


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", name))).casefold()


def _conflict(row: Student, student: Student) -> bool:
    """Whether the two have different ids of one kind, and so are two people."""
    return any(
        getattr(row, column)
        and getattr(student, column)
        and _id(getattr(row, column)) != _id(getattr(student, column))
        for column in UNIQUE
    )
