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
    from grader.classroom.diff import SubmissionDiff


@click.command("diff")
@click.argument("before", metavar="RUNS_A", type=click.Path(path_type=Path))
@click.argument("after", metavar="RUNS_B", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@lang_option
def diff(before: Path, after: Path, as_json: bool) -> None:
    """Show whose points differ between two folders of runs, and why.

    Exit status: 0 if nothing differs, 1 if something does, 2 if they cannot be compared.
    """
    from grader.classroom import results
    from grader.classroom.diff import compare, list_notes, to_json

    sides = results.load_results([before]), results.load_results([after])
    diffs = compare(*sides)
    for side in sides:
        for text in list_notes(side):
            warn(text)
    if as_json:
        data = to_json(diffs, translation())
        rendered = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        echo_bytes(rendered.encode("utf-8", "backslashreplace"))
    else:
        _show(diffs, len({*sides[0].graded, *sides[1].graded}))
    sys.exit(BELOW if diffs else PASSED)


def _show(diffs: "Sequence[SubmissionDiff]", count: int) -> None:
    """Print a block for each submission that differs, and how many of ``count`` do."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text as Styled

    from grader.classroom.diff import format_check_diff, format_points

    console, translate = plain_console(), translation()

    def plain(text: Text, style: str = "") -> Styled:
        return Styled(printable(text.render(translate)), style, overflow="fold")

    for diff in diffs:
        heading = Table.grid(padding=(0, 2))
        heading.add_column(overflow="fold")
        heading.add_column(no_wrap=True)
        points = say(
            "{before} → {after} points",
            before=format_points(diff.before),
            after=format_points(diff.after),
        )
        heading.add_row(Styled(printable(diff.submission), "bold"), plain(points, "bold"))
        console.print(heading)
        lines = [
            plain(format_check_diff(check), "" if check.changes_points else "dim")
            for check in diff.checks
        ]
        lines += [plain(say("why: {reason}", reason=reason), "dim") for reason in diff.reasons]
        for line in lines:
            console.print(Padding(line, (0, 0, 0, 2)))
        console.print()
    console.print(
        plain(
            say_count(
                "Different results: {differ} of {count} submission.",
                "Different results: {differ} of {count} submissions.",
                differ=len(diffs),
                count=count,
            )
        )
    )
