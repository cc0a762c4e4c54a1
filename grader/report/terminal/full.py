"""The full report: a row for each check, and an explanation of each that failed."""

from collections.abc import Iterable, Iterator

from rich.columns import Columns
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from grader.model.report import Entry, Report
from grader.model.text import say
from grader.report.explanations import Explanation, explain
from grader.report.labels import (
    ALSO,
    CRAFT_HEADING,
    CRAFT_WORD,
    OUTCOME_WORDS,
    format_also,
    format_decision,
    format_points,
    format_remark,
)
from grader.report.terminal.parts import INDENT, OUTCOME_STYLES, Parts, sign
from grader.report.titles import title

_FIXED_WIDTH = 45
"""Columns for a check's outcome, name and points."""

_MIN_REMARK_WIDTH = 25
"""If fewer columns are left for the remarks, they go on lines of their own."""


def body(report: Report, parts: Parts) -> Iterator[RenderableType]:
    """What stands between the heading and the closing."""
    yield _table((entry for entry in report.entries if entry.max_points), parts)
    craft = [entry for entry in report.entries if not entry.max_points]
    if craft:
        yield Styled()
        yield parts.plain(CRAFT_HEADING)
        yield _table(craft, parts)
    for explanation in explain(report):
        yield from _failure(explanation, parts)


def _table(entries: Iterable[Entry], parts: Parts) -> RenderableType:
    rows = []
    for entry in entries:
        outcome = entry.effective_outcome
        word = OUTCOME_WORDS[outcome]
        if outcome == "fail" and not entry.max_points:
            word = CRAFT_WORD
        cells = (
            Styled.assemble(sign(entry), " ", parts.plain(word, _style(entry))),
            parts.plain(title(entry.name)),
            Styled(_points(entry)),
        )
        brief = format_remark(entry)
        rows.append((entry, cells, parts.plain(brief, "dim") if brief else Styled()))
    return _Table(rows)


def _failure(explanation: Explanation, parts: Parts) -> Iterator[RenderableType]:
    entry = explanation.entry
    worth = (
        format_points(entry.points, entry.max_points)
        if entry.max_points
        else say("worth no points")
    )
    yield Styled()
    yield Styled.assemble(
        sign(entry), " ", parts.title(entry.name, _style(entry)), "  ", parts.plain(worth)
    )
    yield Padding(parts.plain(entry.asks, "italic"), INDENT)
    if decided := format_decision(entry):
        yield Padding(parts.plain(decided, "bold"), INDENT)
    also = format_also(explanation)
    for number, each in enumerate(explanation.findings):
        yield parts.finding(each, *([(ALSO, also)] if also and not number else []))


class _Table:
    """A line for each check, with its remark beside it, or below it on a narrow terminal."""

    def __init__(self, rows: Iterable[tuple[Entry, tuple[Styled, ...], Styled]]) -> None:
        self._rows = tuple(rows)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = options.max_width - _FIXED_WIDTH
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        if room >= _MIN_REMARK_WIDTH:
            table.add_column(overflow="fold")
        for entry, cells, brief in self._rows:
            if room >= _MIN_REMARK_WIDTH:
                table.add_row(*cells, brief)
            else:
                yield Columns(cells)
                if brief and (entry.decision or entry.effective_outcome != "pass"):
                    yield Padding(brief, INDENT)
        if room >= _MIN_REMARK_WIDTH:
            yield table


def _style(entry: Entry) -> str:
    """The colour of a check's outcome; craft has none."""
    return OUTCOME_STYLES[entry.effective_outcome] if entry.max_points else ""


def _points(entry: Entry) -> str:
    """The points of a check, of its maximum; empty if it is worth none."""
    return f"{entry.points:g}/{entry.max_points:g}" if entry.max_points else ""
