"""The grades of a class as CSV: for a spreadsheet, for Canvas and for Moodle.

RFC 4180, in UTF-8 with a byte order mark, without which spreadsheets take Chinese for something
else. What could not be judged, and what was not handed in, has no points: an empty cell, which
Canvas and Moodle leave as it is, and a word in the column that is there for it.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from grader.classroom.results import Class, Graded
from grader.classroom.roster import Roster, Student
from grader.model.report import Entry
from grader.model.text import UNTRANSLATED, Text, Translate, names, printable, say
from grader.report.labels import format_decision, format_score

Cell = str | float | None
"""Text, which a spreadsheet shows as it is; a number; None: empty."""

_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""With what a cell begins that a spreadsheet would run, or might."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One submission, or one student who has none."""

    submission: str
    student: Student | None
    """None: the roster does not tell, or there is none."""
    graded: Graded | None
    """None: there is no report."""
    status: Literal["graded", "not-judged", "missing"]

    @property
    def points(self) -> float | None:
        """None: there are none to be published."""
        return self.graded.report.points if self.graded and self.status == "graded" else None


STATUS: dict[str, Text] = {
    "graded": say("graded"),
    "not-judged": say("not judged"),
    "missing": say("missing"),
}


def rows(found: Class, roster: Roster | None) -> tuple[Row, ...]:
    """A row for each submission; then one for each student of the roster without one."""
    made = []
    for name in sorted({*found.graded, *found.lost}):
        graded = found.graded.get(name)
        made.append(
            Row(
                submission=name,
                student=roster.of(name) if roster else None,
                graded=graded,
                status="graded" if graded and graded.report.judged else "not-judged",
            )
        )
    there = {row.student for row in made}
    made += [
        Row(submission=student.file, student=student, graded=None, status="missing")
        for student in (roster.students if roster else ())
        if student not in there
    ]
    return tuple(made)


def complaints(found: Class, made: Sequence[Row], roster: Roster | None) -> tuple[Text, ...]:
    """What a teacher should know before this is published."""
    told = list(found.notes)
    scales = {row.graded.report.max_points for row in made if row.graded and row.points is not None}
    if len(scales) > 1:
        told.append(
            say(
                "Not all were judged out of the same points ({scales}): judge them again by one "
                "rubric (`grade judge --rubric`).",
                scales=names(f"{scale:g}" for scale in sorted(scales)),
            )
        )
    for student in dict.fromkeys(row.student for row in made if row.student):
        of_one = [row.submission for row in made if row.student == student]
        if len(of_one) > 1:
            told.append(
                say(
                    "{submissions} are of one student on the roster, who has a line for each: take "
                    "away the runs of those that do not count.",
                    submissions=names(of_one),
                )
            )
    for row in made:
        name = row.submission
        if row.status == "missing":
            told.append(say("{name} is on the roster, and there is no run of it.", name=name))
        elif row.status == "not-judged":
            why = found.lost.get(name, say("Some checks could not be judged: grade it again."))
            told.append(say("{name} has no grade. {why}", name=name, why=why))
        if roster and row.student is None:
            told.append(say("{name} is not on the roster.", name=name))
    return tuple(told)


def plain(made: Sequence[Row], roster: Roster | None, translate: Translate = UNTRANSLATED) -> bytes:
    """Everything: who, the points, and a column for each check. Of a check that is worth points
    they are told; of one that is worth none, its outcome."""
    entries = _checks(made)
    columns = [column for column in (roster.columns if roster else ()) if column != "file"]
    head: list[Cell] = ["submission", *columns, "status", "points", "possible", "passed"]
    head += [*entries, "decisions", "run"]
    table = [head]
    for row in made:
        student = msgspec.structs.asdict(row.student) if row.student else {}
        line: list[Cell] = [row.submission, *(student.get(column) for column in columns)]
        line += [row.status, row.points]
        if row.graded is None:
            table.append(line + [None] * (len(head) - len(line)))
            continue
        report = row.graded.report
        if row.points is None:
            line += [None, None]
        else:
            line += [report.max_points, "yes" if report.passed else "no"]
        mine = {entry.name: entry for entry in report.entries}
        line += [_cell(mine[name]) if name in mine else None for name in entries]
        decided = (
            f"{e.name}: {d.render(translate)}" for e in report.entries if (d := format_decision(e))
        )
        line += ["; ".join(decided) or None, report.run]
        table.append(line)
    return _csv(table)


def canvas(made: Sequence[Row], assignment: str, translate: Translate = UNTRANSLATED) -> bytes:
    """What Canvas imports into its gradebook: the students that it knows, and ``assignment``."""
    table: list[list[Cell]] = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment],
        ["    Points Possible", None, None, None, None, _possible(made)],
    ]
    for row in made:
        if (one := row.student) is not None:
            name = one.name or one.login or one.number or one.file
            table.append([name, one.id, one.number, one.login, one.section, row.points])
    return _csv(table)


def moodle(made: Sequence[Row], assignment: str, translate: Translate = UNTRANSLATED) -> bytes:
    """What Moodle imports: into its gradebook, or as an assignment's grading worksheet."""
    table: list[list[Cell]] = [
        ["Identifier", "Full name", "ID number", "Email address"],
    ]
    table[0] += ["Grade", "Maximum Grade", "Feedback comments"]
    for row in made:
        if (one := row.student) is not None:
            line: list[Cell] = [one.participant, one.name, one.number, one.email, row.points]
            table.append([*line, _possible(made), feedback(row).render(translate)])
    return _csv(table)


FORMATS: dict[str, Callable[[Sequence[Row], str, Translate], bytes]] = {
    "canvas": canvas,
    "moodle": moodle,
}
"""Those that other systems import; they need a roster."""


def feedback(row: Row) -> Text:
    """A submission for its student, in a line."""
    if row.graded is None or row.status != "graded":
        return STATUS[row.status]
    report = row.graded.report
    told = format_score(report)
    failed = tuple(
        say("{check} {points:g}/{possible:g}", check=e.name, points=e.points, possible=e.max_points)
        for e in report.entries
        if e.max_points and e.effective_outcome != "pass"
    )
    if failed:
        told = say("{told}; not passed: {checks}", told=told, checks=failed)
    for entry in report.entries:
        if decided := format_decision(entry):
            told = say("{told}; {check}: {decided}", told=told, check=entry.name, decided=decided)
    return told


def _possible(made: Iterable[Row]) -> float | None:
    """The points that could be earned, where all was judged; None: nothing was."""
    scales = [r.graded.report.max_points for r in made if r.graded and r.points is not None]
    return max(scales, default=None)


def _checks(made: Iterable[Row]) -> list[str]:
    """The checks that any report has, in the order of the reports."""
    found: dict[str, None] = {}
    for row in made:
        if row.graded:
            found |= {entry.name: None for entry in row.graded.report.entries}
    return list(found)


def _cell(entry: Entry) -> Cell:
    if not entry.max_points or entry.effective_outcome == "not-judged":
        return entry.effective_outcome
    return entry.points


def _csv(table: Iterable[Sequence[Cell]]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows(
        [_shown(cell) for cell in line] for line in table
    )
    return file.getvalue().encode("utf-8-sig")


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float | int):
        return f"{cell:.10g}"
    text = printable(cell).replace("\t", " ")
    # It may be preceded by spaces, which some spreadsheets take away.
    return "'" + text if text.lstrip().startswith(_STARTS) else text
