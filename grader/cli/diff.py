"""``grade diff``: compares two gradings of a class."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.console import BELOW, PASSED, echo_bytes, plain_console, translation, warn
from grader.cli.options import lang_option
from grader.model.text import Text, printable, say, say_count

if TYPE_CHECKING:
    from grader.classroom.diff import Change


@click.command("diff")
@click.argument("before", metavar="RUNS_A", type=click.Path(path_type=Path))
@click.argument("after", metavar="RUNS_B", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@lang_option
def diff(before: Path, after: Path, as_json: bool) -> None:
    """Show whose points differ between two folders of runs, and why.

    Exit status: 0 if nothing differs, 1 if something does, 2 if they cannot be compared.
    """
    from grader.classroom import diff as differences
    from grader.classroom import results

    sides = results.read([before]), results.read([after])
    changes = differences.compare(*sides)
    for side in sides:
        for text in differences.remarks(side):
            warn(text)
    if as_json:
        data = differences.as_data(changes, translation())
        rendered = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        echo_bytes(rendered.encode("utf-8", "backslashreplace"))
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
    console.print(
        plain(
            say_count(
                "Different results: {differ} of {count} submission.",
                "Different results: {differ} of {count} submissions.",
                differ=len(changes),
                count=count,
            )
        )
    )
