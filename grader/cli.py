"""The command line: ``grade PATH…``, ``grade judge``, ``grade doctor``, ``grade explain``."""

import io
import secrets
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

import grader

if TYPE_CHECKING:
    from rich.console import Console

    from grader.model.report import Report
    from grader.model.rubric import Rubric
    from grader.model.text import Text
    from grader.sandbox import Sandbox
    from grader.submission import Submission

PASSED, BELOW, USAGE, NOT_JUDGED, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit status. Of several submissions the one that says most counts: NOT_JUDGED, BELOW, PASSED."""


class _Grade(click.Group):
    """A group whose commands may be left out: ``grade PATH`` is ``grade submission PATH``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in the command where none is named."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h", "--version"):
            args = ["submission", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options of grading, which are what a user looks for here."""
        submission = self.commands["submission"]
        rows = [record for p in submission.params if (record := p.get_help_record(ctx))]
        with formatter.section("Options of grading"):
            formatter.write_dl(rows)
        super().format_options(ctx, formatter)


@click.group(
    cls=_Grade,
    no_args_is_help=True,
    subcommand_metavar="PATH… | COMMAND …",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(grader.__version__, prog_name="grade")
def cli() -> None:
    """Grade select servers: each PATH is a student's program, or a folder of them.

    A server is started in a container, several clients and a simulated terminal talk to it,
    and its log is judged for content and order.

    Exit status: 0 at or above the pass mark, 1 below it, 2 wrong usage, 3 not judged because
    of the machine or the grader, 130 interrupted.
    """


_RUBRIC = click.option(
    "--rubric",
    "rubric_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Points, accepted multiplexers, limits, pass mark (TOML).",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")


@cli.command("submission", hidden=True)
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@_JSON
@_RUBRIC
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    help="Makes the texts that are sent; by default a new one each time.",
)
@click.option(
    "--runs",
    "runs_folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Where runs are kept.",
)
@click.option(
    "--sandbox",
    "sandbox_name",
    type=click.Choice(["docker", "none"]),
    default="docker",
    show_default=True,
    help="'none' runs the program unprotected: for your own only.",
)
def _submission(
    paths: tuple[Path, ...],
    as_json: bool,
    rubric_file: Path | None,
    seed: int | None,
    runs_folder: Path,
    sandbox_name: str,
) -> None:
    """Grade submissions."""
    from grader import submission as submissions

    rubric = _load_rubric(rubric_file)
    found: list[Submission] = []
    unusable = False
    for path in paths:
        try:
            programs = submissions.find(path)
        except submissions.SubmissionError as error:
            _stop(USAGE, str(error.what))
        for program in programs:
            try:
                found.append(submissions.load(program))
            except submissions.SubmissionError as error:
                if program == path:
                    _stop(USAGE, str(error.what))
                # One bad file in a class's folder keeps nobody else from being graded.
                _complain(f"grade: {error.what}")
                unusable = True
    reports = []
    with _Progress() as progress:
        sandbox = cache(lambda: _sandbox(sandbox_name, progress.say))
        for submission in found:
            report = _grade_one(
                submission,
                rubric,
                secrets.randbits(32) if seed is None else seed,
                runs_folder,
                sandbox,
                progress.say,
            )
            progress.clear()
            if report:
                _print(report, as_json, several=len(found) > 1)
            reports.append(report)
    sys.exit(USAGE if unusable else _status(reports))


@cli.command("judge")
@click.argument("runs", metavar="RUN…", nargs=-1, required=True, type=click.Path(path_type=Path))
@_JSON
@_RUBRIC
def _judge(runs: tuple[Path, ...], as_json: bool, rubric_file: Path | None) -> None:
    """Judge stored runs again, without running anything."""
    from grader.grading import judge_run
    from grader.runs import Run, RunError

    rubric = None if rubric_file is None else _load_rubric(rubric_file)
    reports = []
    for path in runs:
        try:
            report = judge_run(Run(path), rubric)
        except RunError as error:
            _stop(USAGE, str(error.what))
        _print(report, as_json, several=len(runs) > 1)
        reports.append(report)
    sys.exit(_status(reports))


@cli.command("doctor")
@click.option(
    "--runs",
    "runs_folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Where runs are to be kept.",
)
def _doctor(runs_folder: Path) -> None:
    """Say what this machine lacks for grading, and how to mend it."""
    from grader import doctor
    from grader.model.text import say

    with _Progress() as progress:
        progress.say(say("looking at this machine"))
        found = doctor.examine(runs=runs_folder)
    console = _console()
    for finding in found:
        if isinstance(finding, doctor.Ok):
            console.print(f"✓ ok       {finding.what}")
        else:
            sign = "✗ problem " if finding.prevents else "! warning "
            console.print(f"{sign} {finding.what}")
            console.print(f"           → {finding.remedy}")
    hindered = any(isinstance(f, doctor.Problem) and f.prevents for f in found)
    sys.exit(NOT_JUDGED if hindered else PASSED)


@cli.command("explain")
@click.argument("check", metavar="CHECK", required=False)
def _explain(check: str | None) -> None:
    """Say what a check asks, why, and where the lecture teaches it."""
    from rich.table import Table
    from rich.text import Text as Styled

    from grader.checks import CHECKS

    console = _console()
    if check is None:
        table = Table.grid(padding=(0, 2))
        for each in CHECKS:
            table.add_row(each.name, f"{each.points:g}", Styled(str(each.asks)))
        console.print(table)
        return
    found = next((each for each in CHECKS if each.name == check), None)
    if found is None:
        names = ", ".join(each.name for each in CHECKS)
        _stop(USAGE, f"There is no check {check!r}. The checks are: {names}.")
    grid = Table.grid(padding=(0, 2))
    grid.add_row("check", found.name)
    grid.add_row("points", f"{found.points:g}")
    grid.add_row("needs", ", ".join(found.needs) or "nothing")
    grid.add_row("asks", Styled(str(found.asks)))
    grid.add_row("why", Styled(str(found.why)))
    grid.add_row("lesson", Styled(str(found.lesson)))
    console.print(grid)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; a user's mistake is a sentence, and never a traceback."""
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, _terminated)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Where it is no UTF-8 (a pipe on Windows, LC_ALL=C), a sign may be lost, and no more.
        sys.stdout.reconfigure(errors="replace")
    try:
        cli.main(args, prog_name="grade", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        print("\ngrade: interrupted.", file=sys.stderr)  # noqa: T201
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(NOT_JUDGED)
    except OSError as error:
        # A full disk under standard output, for example.
        _stop(NOT_JUDGED, f"The report cannot be written: {error.strerror or error}.")
    sys.exit(0)


def _terminated(number: int, frame: object) -> NoReturn:
    sys.exit(128 + number)


def _stop(status: int, *sentences: str) -> NoReturn:
    for sentence in sentences:
        _complain(f"grade: {sentence}")
    sys.exit(status)


def _complain(sentence: str) -> None:
    from grader.model.text import printable

    # A file's name may hold anything, escape sequences too.
    click.echo(printable(sentence), err=True)


def _load_rubric(path: Path | None) -> "Rubric":
    from grader import rubrics
    from grader.model.rubric import Rubric

    if path is None:
        return Rubric()
    try:
        return rubrics.load(path)
    except rubrics.RubricError as error:
        _stop(USAGE, str(error.what))


def _sandbox(name: str, say: "Callable[[Text], None]") -> "Sandbox":
    if name == "none":
        from grader.sandbox.local import LocalSandbox

        return LocalSandbox()
    from grader.sandbox import docker, image

    client = docker.connect()
    docker.sweep(client)
    return docker.DockerSandbox(client, image.ensure(client, say))


def _grade_one(
    submission: "Submission",
    rubric: "Rubric",
    seed: int,
    runs_folder: Path,
    sandbox: "Callable[[], Sandbox]",
    progress: "Callable[[Text], None]",
) -> "Report | None":
    """Grade one submission; None: it could not be run, which has been said."""
    from grader.grading import grade
    from grader.runs import RunError
    from grader.sandbox import SandboxError

    try:
        return grade(
            submission,
            rubric=rubric,
            seed=seed,
            sandbox=sandbox(),
            folder=runs_folder,
            progress=progress,
        )
    except SandboxError as error:
        _complain(f"grade: {submission.name} was not judged. {error.what}")
        _complain(f"       → {error.remedy}")
        return None
    except RunError as error:
        _stop(NOT_JUDGED, str(error.what))


def _print(report: "Report", as_json: bool, *, several: bool) -> None:
    if as_json:
        from grader.report import json

        click.echo(json.render(report, lines=several), nl=False)
        return
    from grader.report import terminal

    console = _console()
    terminal.show(report, console)
    if several:
        console.print()


def _console(*, stderr: bool = False) -> "Console":
    from rich.console import Console

    # Emoji and markup are off: a student's text is shown as it is.
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def _status(reports: "Sequence[Report | None]") -> int:
    if any(report is None or not report.judged for report in reports):
        return NOT_JUDGED
    return PASSED if all(report and report.passed for report in reports) else BELOW


class _Progress(AbstractContextManager["_Progress"]):
    """Says on a terminal what is being done; a pipe hears of long work only."""

    def __init__(self) -> None:
        self._status: Any = nullcontext()
        self._console: Console | None = None

    def say(self, text: "Text") -> None:
        """Show what is being done now."""
        if not sys.stderr.isatty():
            return
        if self._console is None:
            self._console = _console(stderr=True)
            self._status = self._console.status("")
            self._status.start()
        from rich.text import Text as Styled

        from grader.model.text import printable

        self._status.update(Styled(printable(str(text))))

    def clear(self) -> None:
        """Take it away, so that something can be printed."""
        if self._console is not None:
            self._status.stop()
            self._console = None

    def __exit__(self, *_: object) -> None:
        self.clear()


if __name__ == "__main__":
    main()
