"""Writes the grades of a class as CSV: for a spreadsheet, for Canvas or for Moodle.

The format is RFC 4180 in UTF-8 with a byte order mark, without which spreadsheets do not recognize
Chinese. A submission that is missing or not fully judged has no points: its cell is empty, which
leaves the grade in Canvas and Moodle unchanged, and the status column says why.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Literal

import msgspec

from grader.classroom.column_names import check_column, word
from grader.classroom.results import ClassResults, StoredResult
from grader.classroom.roster import Roster, Student
from grader.classroom.tables import Cell, write_csv
from grader.model.report import Entry, Report
from grader.model.text import UNTRANSLATED, Text, Translate, names, say
from grader.report.labels import format_adjustment, format_decision, format_score
from grader.report.titles import title

GradeStatus = Literal["graded", "not-judged", "missing"]


class GradebookRow(msgspec.Struct, frozen=True, kw_only=True):
    """A submission, or a student without one."""

    submission: str
    student: Student | None
    """None: not on the roster, or there is no roster."""
    graded: StoredResult | None
    """None: there is no report."""
    status: GradeStatus
    why: Text | None = None
    """Why there are no points; None: there are."""

    @property
    def points(self) -> float | None:
        """The points to publish; None: there are none."""
        return self.graded.report.points if self.graded and self.status == "graded" else None


STATUS_LABELS: dict[GradeStatus, Text] = {
    "graded": say("graded"),
    "not-judged": say("not judged"),
    "missing": say("missing"),
}


NOTHING_HANDED_IN = say("Nothing was handed in.")


def build_rows(found: ClassResults, roster: Roster | None) -> tuple[GradebookRow, ...]:
    """Build a row for each submission, then one for each student of the roster without one."""
    rows = []
    for name in sorted({*found.graded, *found.lost}):
        graded = found.graded.get(name)
        judged = graded is not None and graded.report.judged
        why = _unjudged(graded.report) if graded else found.lost[name]
        rows.append(
            GradebookRow(
                submission=name,
                student=roster.of(name) if roster else None,
                graded=graded,
                status="graded" if judged else "not-judged",
                why=None if judged else why,
            )
        )
    rows += [
        GradebookRow(
            submission=student.label,
            student=student,
            graded=None,
            status="missing",
            why=NOTHING_HANDED_IN,
        )
        for student in (roster.missing(row.submission for row in rows) if roster else ())
    ]
    return tuple(rows)


def find_problems(
    found: ClassResults, rows: Sequence[GradebookRow], roster: Roster | None
) -> tuple[Text, ...]:
    """List what a teacher should know before publishing the gradebook."""
    problems = list(found.notes)
    scales = {row.graded.report.max_points for row in rows if row.graded and row.points is not None}
    if len(scales) > 1:
        problems.append(
            say(
                "The submissions were judged out of different maximum points ({scales}): judge "
                "them again with one rubric (`grade judge --rubric`).",
                scales=names(f"{scale:g}" for scale in sorted(scales)),
            )
        )
    for student in dict.fromkeys(row.student for row in rows if row.student):
        of_one = [row.submission for row in rows if row.student == student]
        if len(of_one) > 1:
            problems.append(
                say(
                    "{submissions} belong to one student of the roster, who now has a line for "
                    "each: delete the runs of those that do not count.",
                    submissions=names(of_one),
                )
            )
    for row in rows:
        name = row.submission
        if row.status == "missing":
            problems.append(say("{name} is on the roster but has handed in nothing.", name=name))
        elif row.status == "not-judged":
            problems.append(say("{name} has no grade. {why}", name=name, why=row.why))
        if roster and row.student is None:
            problems.append(say("{name} is not on the roster.", name=name))
    return tuple(problems)


def _unjudged(report: Report) -> Text:
    """Why the report is not wholly judged, by the first check that says so."""
    if report.unjudged:
        return report.unjudged
    reasons = (
        entry.outcome.because
        for entry in report.entries
        if entry.max_points and entry.effective_outcome == "not-judged"
    )
    reason = next(filter(None, reasons), None)
    if reason is None:
        return say("Some checks could not be judged.")
    return say("Some checks could not be judged. {reason}", reason=reason)


def to_csv(
    rows: Sequence[GradebookRow], roster: Roster | None, translate: Translate = UNTRANSLATED
) -> bytes:
    """Write everything: the student, the points, and a column for each check.

    A check's cell holds its points, or its outcome if it is worth none or was not judged.
    """
    entries = _check_names(rows)
    columns = [column for column in (roster.columns if roster else ()) if column != "file"]
    called = partial(word, translate=translate)
    head: list[Cell] = list(
        map(called, ("submission", *columns, "status", "points", "possible", "passed"))
    )
    head += [check_column(name, translate) for name in entries]
    head += map(called, ("decisions", "run", "reason"))
    table = [head]
    for row in rows:
        student = msgspec.structs.asdict(row.student) if row.student else {}
        line: list[Cell] = [row.submission, *(student.get(column) for column in columns)]
        line += [called(row.status), row.points]
        why = row.why.render(translate) if row.why else None
        if row.graded is None:
            table.append([*line, *[None] * (len(head) - len(line) - 1), why])
            continue
        report = row.graded.report
        if row.points is None:
            line += [None, None]
        else:
            line += [report.max_points, called("yes" if report.passed else "no")]
        mine = {entry.name: entry for entry in report.entries}
        line += [_cell(mine[name], translate) if name in mine else None for name in entries]
        decided = [
            say("{check}: {decided}", check=title(e.name), decided=d).render(translate)
            for e in report.entries
            if (d := format_decision(e))
        ]
        decided += [format_adjustment(each).render(translate) for each in report.adjustments]
        line += ["; ".join(decided) or None, report.run, why]
        table.append(line)
    return write_csv(table)


class ExportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the exports to other systems (Canvas, Moodle)."""

    assignment: str
    """The name of the assignment's column."""
    translate: Translate = UNTRANSLATED
    """For the comments that students read."""


def to_canvas(rows: Sequence[GradebookRow], options: ExportOptions) -> bytes:
    """Write what Canvas imports into its gradebook: the students of the roster, and one column."""
    table: list[list[Cell]] = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", options.assignment],
        ["    Points Possible", None, None, None, None, _max_points(rows)],
    ]
    for row in rows:
        if (one := row.student) is not None:
            name = one.name or one.login or one.number or one.file
            table.append([name, one.id, one.number, one.login, one.section, row.points])
    return write_csv(table)


def to_moodle(rows: Sequence[GradebookRow], options: ExportOptions) -> bytes:
    """Write what Moodle imports, into its gradebook or as an assignment's grading worksheet."""
    table: list[list[Cell]] = [
        ["Identifier", "Full name", "ID number", "Email address"],
    ]
    table[0] += ["Grade", "Maximum Grade", "Feedback comments"]
    for row in rows:
        if (one := row.student) is not None:
            line: list[Cell] = [one.participant, one.name, one.number, one.email, row.points]
            table.append(
                [*line, _max_points(rows), feedback_comment(row).render(options.translate)]
            )
    return write_csv(table)


EXPORTS: dict[str, Callable[[Sequence[GradebookRow], ExportOptions], bytes]] = {
    "canvas": to_canvas,
    "moodle": to_moodle,
}
"""The formats that other systems import. They need a roster."""


def feedback_comment(row: GradebookRow) -> Text:
    """The result for the student, in a line."""
    if row.graded is None or row.status != "graded":
        return say("{status}: {why}", status=STATUS_LABELS[row.status], why=row.why)
    report = row.graded.report
    comment = format_score(report)
    failed = tuple(
        say(
            "{check} {points:g}/{possible:g}",
            check=title(e.name),
            points=e.points,
            possible=e.max_points,
        )
        for e in report.entries
        if e.max_points and e.effective_outcome == "fail"
    )
    if failed:
        comment = say("{comment}; not passed: {checks}", comment=comment, checks=failed)
    for entry in report.entries:
        if decided := format_decision(entry):
            comment = say(
                "{comment}; {check}: {decided}",
                comment=comment,
                check=title(entry.name),
                decided=decided,
            )
    for each in report.adjustments:
        comment = say("{comment}; {said}", comment=comment, said=format_adjustment(each))
    return comment


def _max_points(rows: Iterable[GradebookRow]) -> float | None:
    """The maximum points of the submissions with a grade; None: there are none."""
    scales = [r.graded.report.max_points for r in rows if r.graded and r.points is not None]
    return max(scales, default=None)


def _check_names(rows: Iterable[GradebookRow]) -> list[str]:
    """The checks of all reports, in the order of the reports."""
    found: dict[str, None] = {}
    for row in rows:
        if row.graded:
            found |= {entry.name: None for entry in row.graded.report.entries}
    return list(found)


def _cell(entry: Entry, translate: Translate) -> Cell:
    if not entry.max_points or entry.effective_outcome == "not-judged":
        return word(entry.effective_outcome, translate)
    return entry.points
