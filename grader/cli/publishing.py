"""``grade decide``, ``grade book``, ``grade site``, ``grade diff``: from runs to grades."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from grader import atomic
from grader.cli.console import (
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
from grader.model.text import Text, names, printable, say, say_count

if TYPE_CHECKING:
    from grader.classroom.diff import Change

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
    from grader.classroom import publish
    from grader.report import html
    from grader.report.words import decision, points
    from grader.runs import decisions, reports
    from grader.runs.run import Run, RunError

    run = Run(run_folder)
    try:
        report = reports.load(run)
        entry = next((each for each in report.entries if each.name == check), None)
        if entry is None:
            stop(USAGE, say("There is no check {name} in this report.", name=repr(check)))
        outcome, amount = _decided(decided, entry.possible)
        sha256 = decisions.digest(run.plan().source)
        folder = run.path.resolve().parent
        decisions.add(
            folder,
            decisions.Override(
                submission=report.submission,
                check=check,
                outcome=outcome,
                points=amount,
                reason=_words("--reason", reason),
                by=_words("--by", by),
                sha256=sha256,
            ),
        )
        report = publish.decided(run, report)
        reports.save(run, report)
        run.save_page(html.render(report, translation()))
    except RunError as error:
        stop(USAGE, error.what)
    try:
        publish.refresh(run.path.resolve().parent, translation())
    except RunError as error:
        complain(error.what)  # it is decided nevertheless
    told = next(text for each in report.entries if each.name == check and (text := decision(each)))
    line = say(
        "{submission}: {check}: {told}. Now {points}.",
        submission=report.submission,
        check=check,
        told=told,
        points=points(report),
    )
    click.echo(printable(line.render(translation())))
    if skipped := decisions.skipped_for(report, check):
        told = say(
            "Still skipped, since what they need was recorded as failed: {checks}. Decide of each.",
            checks=names(skipped),
        )
        click.echo(printable(told.render(translation())))


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
    from grader.classroom import gradebook, results, roster
    from grader.runs.run import RunError

    translate = translation()
    try:
        students = roster.load(roster_file) if roster_file else None
        found = results.read(folders or (RUNS,))
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
    try:
        atomic.write(out, data)
    except OSError as error:
        reason = error.strerror or error
        stop(NOT_JUDGED, say("{path} cannot be written: {reason}.", path=out, reason=reason))


@click.command("site")
@click.argument(
    "folder", metavar="[RUNS]", default=RUNS, required=False, type=click.Path(path_type=Path)
)
@LANG
def site(folder: Path) -> None:
    """Write the class's page, index.html in a folder of runs, out of what is stored there.

    It shows all submissions, how the points are spread, who made the same mistake, and whose
    programs are alike; each leads to its own report. Nothing is run, and nothing is judged anew.
    """
    from grader.classroom import publish
    from grader.runs.run import RunError

    try:
        path = publish.write(folder, translation())
    except RunError as error:
        stop(USAGE, error.what)
    click.echo(printable(say("The class's page: {path}", path=path).render(translation())))


@click.command("diff")
@click.argument("before", metavar="RUNS_A", type=click.Path(path_type=Path))
@click.argument("after", metavar="RUNS_B", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@LANG
def diff(before: Path, after: Path, as_json: bool) -> None:
    """Say whose points differ between two folders of runs, and why.

    Exit status: 0 if nothing differs, 1 if something does, 2 if they cannot be compared.
    """
    from grader.classroom import diff as differences
    from grader.classroom import results
    from grader.runs.run import RunError

    translate = translation()
    try:
        sides = results.read([before]), results.read([after])
    except RunError as error:
        stop(USAGE, error.what)
    changes = differences.compare(*sides)
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

    from grader.classroom import diff as differences

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
    told = say_count(
        "Different results: {differ} of {count} submission.",
        "Different results: {differ} of {count} submissions.",
        count=count,
        differ=len(changes),
    )
    console.print(plain(told))
