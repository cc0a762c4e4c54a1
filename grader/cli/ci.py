"""``grade ci`` and ``grade ci-comment`` on the command line: their options.

What they do is loaded only when one of them is asked for.
"""

import sys
from pathlib import Path
from typing import Any

import click

from grader.cli.console import LANG
from grader.cli.options import SANDBOX_NAMES, kept_in

_EVENT = click.option(
    "--event",
    "event_file",
    metavar="FILE",
    envvar="GITHUB_EVENT_PATH",
    type=click.Path(path_type=Path),
    help="The event that GitHub hands over (by default where GITHUB_EVENT_PATH says).",
)
_OUT = click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("grade-ci"),
    show_default=True,
    help="Where the artifacts are.",
)


@click.command("ci")
@_EVENT
@click.option("--base", metavar="REV", help="The base's commit, without an event.")
@click.option("--head", metavar="REV", help="The pull request's commit, without an event.")
@click.option("--author", metavar="LOGIN", help="Whose pull request it is, without an event.")
@click.option(
    "--repository",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The clone of the base, into which the head was fetched.",
)
@click.option(
    "--submissions",
    "folder",
    metavar="DIR",
    default="submissions",
    show_default=True,
    help="Their folder in the repository.",
)
@click.option("--rubric", metavar="PATH", help="The rubric in the base (by default rubric.toml).")
@click.option(
    "--whose",
    type=click.Choice(["login", "history", "anyone"]),
    default="history",
    show_default=True,
    help="How it is told whose a submission is.",
)
@click.option(
    "--foreign",
    type=click.Choice(["fail", "warn"]),
    default="fail",
    show_default=True,
    help="What comes of changes besides the author's submission.",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Makes the texts that are sent.")
@click.option(
    "--sandbox",
    type=click.Choice(SANDBOX_NAMES),
    default="auto",
    show_default=True,
    help="Where submissions run.",
)
@kept_in("Where runs are kept.")
@_OUT
@LANG
def ci(**options: Any) -> None:
    """Grade the submissions that a pull request changes, by the base's rubric."""
    from grader.cli import ci_command

    sys.exit(ci_command.grade(**options))


@click.command("ci-comment")
@_EVENT
@_OUT
@LANG
def ci_comment(**options: Any) -> None:
    """Comment on a pull request what `grade ci` has said of it (GITHUB_TOKEN)."""
    from grader.cli import ci_command

    sys.exit(ci_command.comment(**options))
