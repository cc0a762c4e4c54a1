"""The table of a class: a row for each submission, printed as soon as it is graded."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from grader.cli.console import plain_console, translation
from grader.model.report import Report
from grader.model.text import Text, printable, say
from grader.report.labels import NOT_JUDGED, format_adjustment, format_points
from grader.report.titles import titles

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

MAX_NAME_WIDTH = 28
"""Columns of the names on a terminal; longer names are folded."""

MIN_REMARK_WIDTH = 24
"""If fewer columns are left for the remarks, the name has a line of its own."""

ONE_LINE = 100_000
"""Columns of a pipe or a file, where each submission has one line."""

GAP = 2
"""Columns between two cells."""


def remarks(report: Report) -> tuple[Text, ...]:
    """What a row says besides the points."""
    found = []
    if not report.judged and report.unjudged:
        found.append(report.unjudged)
    elif not report.judged and report.max_points:
        so_far = format_points(report.points, report.max_points)
        found.append(say("{points} so far", points=so_far))
    if failed := [entry.name for entry in report.failures]:
        found.append(say("failed: {checks}", checks=titles(failed)))
    if decided := [entry.name for entry in report.entries if entry.decision]:
        found.append(say("decided: {checks}", checks=titles(decided)))
    found += map(format_adjustment, report.adjustments)
    if report.unapplied:
        found.append(say("a decision was not applied"))
    return tuple(found)


def _points(report: Report) -> Text:
    if report.judged:
        return format_points(report.points, report.max_points)
    return say("–") if report.unjudged else NOT_JUDGED


class ClassTable:
    """Prints rows whose columns are aligned, although the rows come one by one."""

    def __init__(self, submissions: Iterable[str]) -> None:
        """
        Args:
            submissions: the names of all submissions of the class.
        """
        from rich.cells import cell_len

        self._translate = translation()
        widest = max((cell_len(printable(name)) for name in submissions), default=0)
        self._name_width = min(widest, MAX_NAME_WIDTH)
        all_points = printable(format_points(100, 100).render(self._translate))
        self._points_width = max(cell_len(all_points), cell_len(self._said(NOT_JUDGED)))

    def show(self, report: Report) -> None:
        """Print the row of ``report``."""
        from grader.report.trimmed import Trimmed

        on_terminal = sys.stdout.isatty()
        console = plain_console(width=None if on_terminal else ONE_LINE)
        console.print(Trimmed(self._row(report, console, on_terminal=on_terminal)))

    def _row(self, report: Report, console: "Console", *, on_terminal: bool) -> "RenderableType":
        from rich.padding import Padding
        from rich.table import Table

        from grader.report.terminal.parts import VERDICT_STYLES, literal

        name = literal(report.submission)
        earned = literal(self._said(_points(report)), VERDICT_STYLES[report.verdict])
        separator = "\n" if on_terminal else " " * GAP
        more = literal("", "")
        for number, remark in enumerate(remarks(report)):
            more.append(separator if number else "").append(self._said(remark))

        fixed = self._name_width + self._points_width + 2 * GAP
        table = Table.grid(padding=(0, GAP))
        if console.width - fixed >= MIN_REMARK_WIDTH:
            most = self._name_width if on_terminal else None
            table.add_column(min_width=self._name_width, max_width=most, overflow="fold")
            table.add_column(min_width=self._points_width, justify="right", no_wrap=True)
            table.add_column(overflow="fold")
            table.add_row(name, earned, more)
            return table
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        table.add_row(earned, more)
        rows = Table.grid()
        rows.add_column(overflow="fold")
        rows.add_row(name)
        rows.add_row(Padding(table, (0, 0, 0, GAP)))
        return rows

    def _said(self, text: Text) -> str:
        return printable(text.render(self._translate))
