"""``grade verify``: whether stored runs are as they were written."""

import sys
from pathlib import Path

import click

from grader.cli.console import BELOW, PASSED, echo, warn
from grader.cli.options import RUNS, checks_option, lang_option
from grader.model.text import say_count


@click.command("verify", short_help="Find out what was changed in stored runs.")
@click.argument(
    "folder", metavar="[RUNS]", default=RUNS, required=False, type=click.Path(path_type=Path)
)
@checks_option
@lang_option
def verify(folder: Path, checks_file: Path | None) -> None:
    """Judge all stored runs again and compare, and name what was edited: reports, what was
    recorded, decisions.

    Nothing is written. Exit status: 0 if all is as it was written, 1 if something was changed, 2 if
    the runs cannot be read.
    """
    from grader.grading import custom_checks
    from grader.grading import verify as verifying

    checks = custom_checks.load(checks_file) if checks_file else custom_checks.CheckSet()
    found = verifying.verify(folder, checks)
    for note in found.notes:
        warn(note)
    for problem in found.problems:
        echo(problem)
    if found.problems:
        echo(
            say_count(
                "{count} change was found in {path}.",
                "{count} changes were found in {path}.",
                count=len(found.problems),
                path=folder,
            )
        )
        sys.exit(BELOW)
    echo(
        say_count(
            "{count} run in {path}: as it was written.",
            "{count} runs in {path}: all as they were written.",
            count=found.runs,
            path=folder,
        )
    )
    sys.exit(PASSED)
