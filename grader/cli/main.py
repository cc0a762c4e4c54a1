"""The command line: ``grade PATH…``, and its commands."""

import io
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

import grader
from grader.cli import ci as ci_options
from grader.cli import publishing
from grader.cli.click_i18n import click_speaking, spoken
from grader.cli.console import (
    INTERRUPTED,
    LANG,
    NOT_JUDGED,
    PASSED,
    USAGE,
    Progress,
    plain_console,
    stop,
    translation,
)
from grader.cli.options import SANDBOX_NAMES, kept_in
from grader.i18n import choose_language, translator
from grader.model.text import printable, say

if TYPE_CHECKING:
    from grader.model.text import Translate


class _Grade(click.Group):
    """A group whose commands may be left out: ``grade PATH`` is ``grade submission PATH``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in the command where none is named."""
        at = 0
        while args[at:] and args[at].partition("=")[0] == "--lang":
            at += 1 if "=" in args[at] else 2
        named = (*self.commands, "--help", "-h", "--version")
        if args[at:] and args[at] not in named:
            args = ["submission", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options of grading, which are what a user looks for here."""
        submission = self.commands["submission"]
        records = (p.get_help_record(ctx) for p in submission.params if p.name != "lang")
        rows = [record for record in records if record]
        with formatter.section(say("Options of grading").render(translation())):
            formatter.write_dl(rows)
        super().format_options(ctx, formatter)


@click.group(
    cls=_Grade,
    no_args_is_help=True,
    subcommand_metavar="PATH… | COMMAND …",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@LANG
@click.version_option(grader.__version__, prog_name="grade")
def cli() -> None:
    """Grade select servers: each PATH is a student's program, or a folder of them.

    A server is started in a sandbox, several clients and a simulated terminal talk to it,
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
_CHECKS = click.option(
    "--checks",
    "checks_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A Python file with checks of your own, which is run: docs/writing-checks.md.",
)
_FORMAT = click.option(
    "--format",
    "formats",
    metavar="NAME=FILE",
    multiple=True,
    help="Write the report to a file, too: html, json, junit, markdown, gradescope.",
)


@cli.command("submission", hidden=True)
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@_JSON
@_FORMAT
@_CHECKS
@_RUBRIC
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    help="Makes the texts that are sent; by default a new one each time.",
)
@kept_in("Where runs are kept.")
@click.option(
    "--sandbox",
    "sandbox_name",
    type=click.Choice(SANDBOX_NAMES),
    default="auto",
    show_default=True,
    help="'auto': docker, else namespaces; 'none' runs the program unprotected: your own only.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    help="How many run at once; by default as many as the machine bears.",
)
@click.option("--fresh", is_flag=True, help="Run again what has been run before.")
@LANG
def _submission(
    paths: tuple[Path, ...],
    as_json: bool,
    formats: tuple[str, ...],
    checks_file: Path | None,
    rubric_file: Path | None,
    seed: int | None,
    runs_folder: Path,
    sandbox_name: str,
    jobs: int | None,
    fresh: bool,
) -> None:
    """Grade submissions."""
    from grader.cli import grade

    checks = grade.load_checks(checks_file)
    asked = grade.Asked(
        rubric=grade.load_rubric(rubric_file, checks),
        checks=checks,
        seed=seed,
        runs_folder=runs_folder,
        sandbox=sandbox_name,
        as_json=as_json,
        outputs=grade.parse_outputs(formats),
        jobs=jobs,
        fresh=fresh,
    )
    sys.exit(grade.grade(paths, asked))


@cli.command("judge")
@click.argument("runs", metavar="RUN…", nargs=-1, required=True, type=click.Path(path_type=Path))
@_JSON
@_FORMAT
@_CHECKS
@_RUBRIC
@LANG
def _judge(
    runs: tuple[Path, ...],
    as_json: bool,
    formats: tuple[str, ...],
    checks_file: Path | None,
    rubric_file: Path | None,
) -> None:
    """Judge stored runs again, without running anything."""
    from grader.cli import grade

    checks = grade.load_checks(checks_file)
    rubric = None if rubric_file is None else grade.load_rubric(rubric_file, checks)
    outputs = grade.parse_outputs(formats)
    sys.exit(grade.judge(runs, rubric, as_json, outputs, checks))


@cli.command("doctor")
@kept_in("Where runs are to be kept.")
@LANG
def _doctor(runs_folder: Path) -> None:
    """Say what this machine lacks for grading, and how to mend it."""
    from grader import doctor

    with Progress() as progress:
        progress.say(say("looking at this machine"))
        found = doctor.examine(runs=runs_folder)
    translate = translation()
    for finding in found:
        if isinstance(finding, doctor.Ok):
            told = [say("✓ ok       {what}", what=finding.what)]
        elif finding.prevents:
            told = [say("✗ problem  {what}", what=finding.what)]
        else:
            told = [say("! warning  {what}", what=finding.what)]
        if isinstance(finding, doctor.Problem):
            told.append(say("           → {remedy}", remedy=finding.remedy))
        for line in told:
            click.echo(printable(line.render(translate)))
    hindered = any(isinstance(f, doctor.Problem) and f.prevents for f in found)
    sys.exit(NOT_JUDGED if hindered else PASSED)


@cli.command("explain")
@click.argument("check", metavar="CHECK", required=False)
@_CHECKS
@LANG
def _explain(check: str | None, checks_file: Path | None) -> None:
    """Say what a check asks, why, and where the lecture teaches it."""
    from rich.table import Table
    from rich.text import Text as Styled

    from grader.cli import grade

    checks = grade.load_checks(checks_file).checks
    console, translate = plain_console(), translation()
    table = Table.grid(padding=(0, 2))
    if check is None:
        for each in checks:
            table.add_row(each.name, f"{each.points:g}", Styled(each.asks.render(translate)))
        console.print(table)
        return
    found = next((each for each in checks if each.name == check), None)
    if found is None:
        names = ", ".join(each.name for each in checks)
        stop(
            USAGE,
            say(
                "There is no check {name}. The checks are: {names}.", name=repr(check), names=names
            ),
        )
    for label, text in (
        (say("check"), say("{name}", name=found.name)),
        (say("points"), say("{points:g}", points=found.points)),
        (say("needs"), say("{names}", names=", ".join(found.needs) or "–")),
        (say("asks"), found.asks),
        (say("why"), found.why),
        (say("lesson"), found.lesson),
    ):
        table.add_row(label.render(translate), Styled(text.render(translate)))
    console.print(table)


cli.add_command(ci_options.ci)
cli.add_command(ci_options.ci_comment)
cli.add_command(publishing.decide)
cli.add_command(publishing.book)
cli.add_command(publishing.site)
cli.add_command(publishing.diff)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; a user's mistake is a sentence, and never a traceback."""
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, _terminated)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Where it is no UTF-8 (a pipe on Windows, LC_ALL=C), a sign may be lost, and no more.
        sys.stdout.reconfigure(errors="replace")
    translate = translator(choose_language(sys.argv[1:] if args is None else args))
    with click_speaking(translate):
        _run(spoken(cli, translate), args, translate)


def _run(command: click.Command, args: "Sequence[str] | None", translate: "Translate") -> NoReturn:
    """Run ``command``, which speaks the language of ``translate``."""
    try:
        command.main(args, prog_name="grade", standalone_mode=False, obj=translate)
    except click.ClickException as error:
        # What it repeats may be a file's name that begins as an option does.
        said = io.StringIO()
        error.show(said)
        click.echo("\n".join(map(printable, said.getvalue().split("\n"))), err=True, nl=False)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        told = INTERRUPTED, say("interrupted.")
        click.echo(err=True)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(NOT_JUDGED)
    except OSError as error:
        # A full disk under standard output, for example.
        reason = error.strerror or error
        told = NOT_JUDGED, say("The report cannot be written: {reason}.", reason=reason)
    else:
        sys.exit(0)
    click.echo(f"grade: {told[1].render(translate)}", err=True)
    sys.exit(told[0])


def _terminated(number: int, frame: object) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
