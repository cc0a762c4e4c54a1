"""``grade decide``, ``grade book``, ``grade diff``: from a class's runs to its grades."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import msgspec

from grader.console import (
    BELOW,
    LANG,
    NOT_JUDGED,
    PASSED,
    USAGE,
    complain,
    plain_console,
    stop,
    translation,
)
from grader.model.text import Text, names, printable, say

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.book.diff import Change
    from grader.book.stored import Class
    from grader.model.report import Report
    from grader.runs import Run

RUNS = Path("runs")


@click.command("decide")
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.argument("check", metavar="CHECK")
@click.argument("decided", metavar="pass|fail|POINTS")
@click.option("--reason", metavar="TEXT", required=True, help="Why; every report says it.")
@click.option("--by", metavar="NAME", required=True, help="Who decides; every report says it.")
@LANG
def decide(run_folder: Path, check: str, decided: str, reason: str, by: str) -> None:
    """Decide of a check otherwise than was judged: of this program, and no other version of it.

    It is written into overrides.toml beside the run, and counts from now on, however often the
    program is graded again. What was recorded stays as it is.
    """
    from grader.book import overrides, stored
    from grader.report import html
    from grader.report import json as json_report
    from grader.report.words import decision, points
    from grader.runs import Run, RunError

    run = Run(run_folder)
    try:
        report = stored.report_of(run)
        entry = next((each for each in report.entries if each.name == check), None)
        if entry is None:
            stop(USAGE, say("There is no check {name} in this report.", name=repr(check)))
        outcome, amount = _decided(decided, entry.possible)
        sha256 = overrides.digest(run.plan().source)
        folder = run.path.resolve().parent
        overrides.add(
            folder,
            overrides.Override(
                submission=report.submission,
                check=check,
                outcome=outcome,
                points=amount,
                reason=_words("--reason", reason),
                by=_words("--by", by),
                sha256=sha256,
            ),
        )
        report = _decided_report(run, report)
        run.save_report(json_report.render(report))
        run.save_page(html.render(report, translation()))
    except RunError as error:
        stop(USAGE, error.what)
    told = next(text for each in report.entries if each.name == check and (text := decision(each)))
    line = say(
        "{submission}: {check}: {told}. Now {points}.",
        submission=report.submission,
        check=check,
        told=told,
        points=points(report),
    )
    click.echo(printable(line.render(translation())))
    if skipped := overrides.skipped_for(report, check):
        told = say(
            "Still skipped, since what they need was recorded as failed: {checks}. Decide of each.",
            checks=names(skipped),
        )
        click.echo(printable(told.render(translation())))


def _decided_report(run: "Run", told: "Report") -> "Report":
    """The report ``told``, which is stored, with what is decided by now.

    What would be judged otherwise by now, by another state of the grader say, stays as it was told.
    """
    from grader import grading
    from grader.book import overrides

    anew = grading.judged(run)
    decided = overrides.load(run.path.resolve().parent)
    report = overrides.apply(_retold(told, anew), overrides.digest(anew.source), decided)
    return msgspec.structs.replace(
        report, source=anew.source, program=anew.program, timelines=anew.timelines
    )


def _retold(told: "Report", anew: "Report") -> "Report":
    """A stored report, so that it can be said in any language.

    It was stored as whole sentences. Where the same comes of judging its run ``anew``, word for
    word, that is taken instead, which knows of what the sentences are made; what else was told
    stays as it is.
    """
    from grader.report import json as json_report

    as_stored = json_report.read(json_report.render(anew))
    same = {
        stored.name: entry
        for stored, entry in zip(as_stored.entries, anew.entries, strict=True)
        if any(
            (each.asks, each.outcome) == (stored.asks, stored.outcome)
            for each in told.entries
            if each.name == stored.name
        )
    }
    return msgspec.structs.replace(
        told,
        entries=tuple(
            msgspec.structs.replace(
                entry,
                asks=same[entry.name].asks,
                lesson=same[entry.name].lesson,
                outcome=same[entry.name].outcome,
            )
            if entry.name in same
            else entry
            for entry in told.entries
        ),
        advice=anew.advice if as_stored.advice == told.advice else told.advice,
    )


def _class_retold(side: "Class", submissions: "Collection[str]") -> "Class":
    """The reports of these submissions, so that they can be said in any language."""
    from grader import grading
    from grader.runs import Run, RunError

    graded = dict(side.graded)
    for name in graded.keys() & submissions:
        # What is damaged is said as it was told.
        with suppress(RunError):
            told = graded[name].report
            report = _retold(told, grading.judged(Run(Path(told.run))))
            graded[name] = msgspec.structs.replace(graded[name], report=report)
    return msgspec.structs.replace(side, graded=graded)


def _decided(told: str, possible: float) -> tuple[Literal["pass", "fail"] | None, float | None]:
    if told == "pass":
        return "pass", None
    if told == "fail":
        return "fail", None
    try:
        amount = float(told)
    except ValueError:
        amount = -1.0
    if not 0 <= amount <= possible:
        stop(
            USAGE,
            say(
                "{told}: decide pass, fail, or points from 0 to {possible:g}.",
                told=told,
                possible=possible,
            ),
        )
    return None, amount


def _words(option: str, text: str) -> str:
    if not text.strip():
        stop(USAGE, say("{option} is empty.", option=option))
    return text.strip()


@click.command("book")
@click.argument("folders", metavar="[RUNS…]", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "name",
    type=click.Choice(["csv", "canvas", "moodle"]),
    default="csv",
    show_default=True,
    help="'csv': everything, for a spreadsheet; the others are for imports.",
)
@click.option(
    "--roster",
    "roster_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Whose each file is (CSV: file, name, id, number, login, section, email, participant).",
)
@click.option(
    "--assignment",
    metavar="NAME",
    default="select server",
    show_default=True,
    help="Its column in Canvas, spelt as there.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where it is written; by default to standard output.",
)
@LANG
def book(
    folders: tuple[Path, ...],
    name: str,
    roster_file: Path | None,
    assignment: str,
    out: Path | None,
) -> None:
    """Write the gradebook: the latest finished run of each submission in folders of runs.

    Reports are taken as they are stored, with what `grade decide` has changed. What has no grade
    is told, and gets none.

    Exit status: 0, or 3 if a submission has no grade.
    """
    from grader.book import gradebook, roster, stored
    from grader.runs import RunError

    translate = translation()
    try:
        students = roster.load(roster_file) if roster_file else None
        found = stored.read(folders or (RUNS,))
    except (RunError, roster.RosterError) as error:
        stop(USAGE, error.what)
    made = gradebook.rows(found, students)
    if name == "csv":
        data = gradebook.plain(made, students, translate)
    elif students is None:
        stop(USAGE, say("For {name}, name a --roster: it says whose each file is.", name=name))
    else:
        data = gradebook.FORMATS[name](made, assignment, translate)
    for text in gradebook.complaints(found, made, students):
        complain(text)
    _write(out, data)
    sys.exit(NOT_JUDGED if any(row.status == "not-judged" for row in made) else PASSED)


def _write(out: Path | None, data: bytes) -> None:
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        reason = error.strerror or error
        stop(NOT_JUDGED, say("{path} cannot be written: {reason}.", path=out, reason=reason))


@click.command("diff")
@click.argument("before", metavar="RUNS_A", type=click.Path(path_type=Path))
@click.argument("after", metavar="RUNS_B", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@LANG
def diff(before: Path, after: Path, as_json: bool) -> None:
    """Say whose points differ between two folders of runs, and why.

    Exit status: 0 if nothing differs, 1 if something does, 2 if they cannot be compared.
    """
    from grader.book import diff as differences
    from grader.book import stored
    from grader.runs import RunError

    translate = translation()
    try:
        sides = stored.read([before]), stored.read([after])
    except RunError as error:
        stop(USAGE, error.what)
    changes = differences.compare(*sides)
    if translate is not str:
        differing = {change.submission for change in changes}
        changes = differences.compare(*(_class_retold(side, differing) for side in sides))
    for side in sides:
        for text in differences.remarks(side):
            complain(text)
    if as_json:
        told = json.dumps(differences.as_data(changes, translate), ensure_ascii=False, indent=2)
        sys.stdout.buffer.write(f"{told}\n".encode("utf-8", "backslashreplace"))
    else:
        _show(changes, len({*sides[0].graded, *sides[1].graded}))
    sys.exit(BELOW if changes else PASSED)


def _show(changes: "Sequence[Change]", count: int) -> None:
    """Print a block for each submission that differs, and how many of ``count`` do."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text as Styled

    from grader.book import diff as differences

    console, translate = plain_console(), translation()

    def plain(text: Text, style: str = "") -> Styled:
        return Styled(printable(text.render(translate)), style, overflow="fold")

    for change in changes:
        heading = Table.grid(padding=(0, 2))
        heading.add_column(overflow="fold")
        heading.add_column(no_wrap=True)
        points = say(
            "{before} → {after} points",
            before=differences.points(change.before),
            after=differences.points(change.after),
        )
        heading.add_row(Styled(printable(change.submission), "bold"), plain(points, "bold"))
        console.print(heading)
        lines = [
            plain(differences.told(moved), "" if moved.matters else "dim") for moved in change.moved
        ]
        lines += [plain(say("why: {reason}", reason=reason), "dim") for reason in change.reasons]
        for line in lines:
            console.print(Padding(line, (0, 0, 0, 2)))
        console.print()
    told = say("{differ} of {count} submissions differ.", differ=len(changes), count=count)
    console.print(plain(told))
