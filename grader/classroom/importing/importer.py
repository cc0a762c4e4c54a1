"""Imports exports into the folder of a class."""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from grader import atomic
from grader.bounded import LinkError, NotRegularError, read, read_below
from grader.classroom import roster
from grader.classroom.importing import contents, roster_rows, store
from grader.classroom.importing.archives import (
    NO_FILE,
    Scratch,
    archive_kind,
    read_folder,
    single_file,
    unpack,
)
from grader.classroom.importing.bounds import MIB, Bounds
from grader.classroom.importing.clones import last_commit
from grader.classroom.importing.contents import Content
from grader.classroom.importing.layouts import SourceName, recognize
from grader.classroom.importing.layouts.values import Export, HandedIn, Recognized
from grader.classroom.importing.placement import Places
from grader.classroom.importing.store import ClassFolder, Status
from grader.classroom.importing.tree import Problem
from grader.classroom.roster import RosterError, Student
from grader.errors import UserError, os_reason, unreadable, unwritable
from grader.model.text import Text, names, say, say_count
from grader.submissions.hand_in import HandIn
from grader.submissions.names import base_name

ROSTER = "roster.csv"
"""The roster's name, in the class's folder."""

MAX_NAMED = 50
"""Most problems of an export, and of what one student handed in, that are listed."""

LARGEST_LIST = 64 * MIB
"""Most bytes of a list that a system puts beside the files."""


class ExportError(UserError):
    """Nothing can be imported as asked."""


class ImportedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-in that is in the class's folder now."""

    folder: str
    status: Status
    files: int
    hand_in: HandIn


class ImportResult(msgspec.Struct, kw_only=True):
    """What an import has done."""

    rows: list[ImportedRow] = []
    problems: list[Problem] = []
    notes: list[Text] = []
    ignored: int = 0
    """Files and folders that a rule ignores."""
    added: int = 0
    """Students that were added to the roster."""

    @property
    def changed(self) -> bool:
        """Whether anything is other than before."""
        return bool(self.added) or any(row.status != "unchanged" for row in self.rows)


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What to import, and where."""

    exports: tuple[Path, ...]
    class_folder: Path
    source: SourceName = "auto"
    roster_file: Path | None = None
    """None: :data:`ROSTER` in the class's folder."""
    now: datetime = msgspec.field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    show: Callable[[Text], None] = lambda _: None
    """Shows what is being imported."""


def import_exports(options: ImportOptions) -> ImportResult:
    """Import exports into the folder of a class.

    Raises:
        ExportError: an export is not there, or the folder cannot be written.
        RosterError: the roster is invalid.
    """
    for path in options.exports:
        if not os.path.lexists(path):
            raise ExportError(say("There is no file {path}: is the name spelled right?", path=path))
        if path.resolve() == options.class_folder.resolve():
            raise ExportError(
                say("{path} cannot be imported into itself.", path=path),
                say("Name another folder with --to."),
            )
    roster_file = options.roster_file or options.class_folder / ROSTER
    students = roster.load(roster_file) if roster_file.exists() else None
    result = ImportResult()
    try:
        with store.opened(options.class_folder) as folder:
            taken = (name for name in os.listdir(options.class_folder))  # noqa: PTH208 (names only)
            places = Places(students, _students(taken, roster_file))
            for number, path in enumerate(options.exports, 1):
                options.show(say("Importing {path}", path=path.name))
                scratch = options.class_folder / store.WORK / str(number)
                scratch.mkdir()
                _Importer(options, folder, places, Scratch(scratch), result).run(path)
            if places.new:
                _add_to_roster(roster_file, places.new, result)
    except OSError as error:
        raise ExportError(unwritable(options.class_folder, error)) from error
    return result


def _students(names: Iterable[str], roster_file: Path) -> list[str]:
    return [name for name in names if not name.startswith(".") and name != roster_file.name]


def _add_to_roster(path: Path, students: Sequence[Student], result: ImportResult) -> None:
    try:
        data = read(path, 16 * MIB) if path.exists() else None
        atomic.write(path, roster_rows.add(data, students))
    except RosterError as error:
        result.problems.append(
            Problem(
                where=path.name,
                why=say(
                    "{why}; not on the roster: {students}",
                    why=error.what,
                    students=names(student.file for student in students),
                ),
            )
        )
        return
    result.added = len(students)
    result.notes.append(
        say_count(
            "{count} student was added to {path}.",
            "{count} students were added to {path}.",
            count=len(students),
            path=path,
        )
    )


class _Importer:
    """Imports one export."""

    def __init__(
        self,
        options: ImportOptions,
        folder: ClassFolder,
        places: Places,
        scratch: Scratch,
        result: ImportResult,
    ) -> None:
        self._options, self._folder, self._places = options, folder, places
        self._scratch, self._result = scratch, result
        self._depth = 0

    def run(self, path: Path) -> None:
        """Import the export ``path``. What cannot be imported is a problem."""
        try:
            export = self._read(path)
            recognized = recognize(export, self._options.source)
        except UserError as error:
            self._problem(path.name, error.what)
            return
        except (LinkError, NotRegularError):
            self._problem(path.name, NO_FILE)
            return
        except OSError as error:
            self._problem(path.name, unreadable(path, error))
            return
        self._result.ignored += len(export.tree.ignored)
        self._problems(path.name, export.tree.problems)
        if recognized is None:
            why = say("it is no export of {source}: see --from", source=self._options.source)
            self._problem(path.name, why)
            return
        self._import_all(path, recognized)

    def _read(self, path: Path) -> Export:
        bounds = Bounds.of_export()
        kind = None
        # abspath: `.` has a name, too.
        name = Path(os.path.abspath(path)).name  # noqa: PTH100
        if path.is_dir():
            tree = read_folder(path, bounds)
        elif kind := archive_kind(path.parent, path):
            self._depth = 1
            tree = unpack(path, kind, self._scratch, bounds)
        else:
            tree = single_file(path)
        return Export(
            name=base_name(name) if not path.is_dir() else name,
            tree=tree,
            read=lambda item: read_below(item.root, item.file, LARGEST_LIST),
            packed=kind is not None,
            single=kind is None and not path.is_dir(),
            several=len(self._options.exports) > 1,
        )

    def _import_all(self, path: Path, recognized: Recognized) -> None:
        self._result.ignored += len(recognized.ignored)
        self._problems(path.name, recognized.problems)
        if not recognized.hand_ins and not recognized.problems:
            self._problem(path.name, say("there is nothing in it that could be imported"))
        self._result.notes.append(_read_as(path, recognized))
        for hand_in in recognized.hand_ins:
            where = f"{path.name}/{hand_in.folder}"
            try:
                self._import_one(path, hand_in)
            except UserError as error:
                self._problem(where, error.what)
            except OSError as error:
                self._problem(
                    where, say("it cannot be imported: {reason}", reason=os_reason(error))
                )

    def _import_one(self, path: Path, hand_in: HandedIn) -> None:
        guessed = hand_in.source == "files"
        name = self._places.place(hand_in.student, hand_in.folder, guessed=guessed)
        content: Content = contents.complete(hand_in.items, self._scratch, self._depth)
        if hand_in.clone and not hand_in.received and path.is_dir():
            commit = last_commit(path.joinpath(*hand_in.clone))
            if commit:
                hand_in = msgspec.structs.replace(hand_in, attempt=commit[0], received=commit[1])
        record = HandIn(
            source=hand_in.source,
            export=path.name,
            sha256=contents.digest(hand_in.items),
            received=hand_in.received,
            imported=self._options.now,
            late=hand_in.late,
            attempt=hand_in.attempt,
        )
        self._result.ignored += content.ignored
        status = self._folder.store(name, content.items, record)
        self._result.rows.append(
            ImportedRow(folder=name, status=status, files=len(content.items), hand_in=record)
        )
        self._problems(f"{path.name}/{hand_in.folder}", content.problems)

    def _problems(self, where: str, problems: Sequence[Problem]) -> None:
        """Note what was not imported; of many, as a stranger's archive may have, only some."""
        for problem in problems[:MAX_NAMED]:
            self._problem(f"{where}/{problem.where}", problem.why)
        if more := len(problems[MAX_NAMED:]):
            why = say_count(
                "{count} more file, for such a reason",
                "{count} more files, for such reasons",
                count=more,
            )
            self._problem(f"{where}/…", why)

    def _problem(self, where: str, why: Text) -> None:
        self._result.problems.append(Problem(where=where, why=why))


def _read_as(path: Path, recognized: Recognized) -> Text:
    return say_count(
        "{path}: {count} hand-in, {source}.",
        "{path}: {count} hand-ins, {source}.",
        path=path.name,
        count=len(recognized.hand_ins),
        source=SOURCE_LABELS[recognized.source],
    )


SOURCE_LABELS = {
    "canvas": say("as Canvas exports them"),
    "moodle": say("as Moodle exports them"),
    "gradescope": say("as Gradescope exports them"),
    "blackboard": say("as Blackboard exports them"),
    "github": say("as clones of repositories"),
    "files": say("as files of one student or a class"),
}
