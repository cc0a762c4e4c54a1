"""The report on a terminal."""

from collections.abc import Iterable

from rich.columns import Columns
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Styled

from grader.model.outcome import OutcomeName
from grader.model.report import Entry, Report, Verdict
from grader.model.text import UNTRANSLATED, Text, Translate, printable, say
from grader.report.explanations import ExplainedFinding, Explanation, explain
from grader.report.labels import (
    ALSO,
    CRAFT_HEADING,
    DONE,
    EXPECTED,
    HINT,
    LOG,
    NO_SANDBOX_NOTE,
    OUTCOME_SIGNS,
    OUTCOME_WORDS,
    SEEN,
    TERMINAL,
    format_also,
    format_decision,
    format_hint,
    format_notes,
    format_origin,
    format_points,
    format_remark,
    format_score,
    format_unjudged,
)

_STYLES: dict[OutcomeName, str] = {
    "pass": "green",
    "fail": "bold red",
    "skipped": "yellow",
    "not-judged": "magenta",
}

_VERDICT_STYLES: dict[Verdict, str] = {
    "passed": "bold green",
    "below": "bold red",
    "not-judged": "bold magenta",
}

_FIXED_WIDTH = 45
"""Columns for a check's outcome, name and points."""

_MIN_REMARK_WIDTH = 25
"""If fewer columns are left for the remarks, they go on lines of their own."""


def show(report: Report, console: Console, translate: Translate = UNTRANSLATED) -> None:
    """Print ``report``."""
    console.print(render(report, translate))


def render(report: Report, translate: Translate = UNTRANSLATED) -> RenderableType:
    """The report as a value that rich prints at any width."""
    return _Writer(translate).report(report)


class _Writer:
    """Builds a report in one language."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate

    def report(self, report: Report) -> RenderableType:
        scored = [entry for entry in report.entries if entry.max_points]
        craft = [entry for entry in report.entries if not entry.max_points]
        parts: list[RenderableType] = [self._heading(report), self._table(scored)]
        if craft:
            parts += [
                Styled(),
                self._plain(CRAFT_HEADING),
                self._table(craft),
            ]
        parts += map(self._failure, explain(report))
        parts.append(self._closing(report))
        return Group(*parts)

    def _heading(self, report: Report) -> RenderableType:
        grid = Table.grid(expand=True, padding=(0, 1))
        grid.add_column(ratio=1, overflow="fold")
        grid.add_column(justify="right", no_wrap=True)
        style = _VERDICT_STYLES[report.verdict]
        grid.add_row(_literal(report.submission, "bold"), self._plain(format_score(report), style))
        unjudged = format_unjudged(report)
        if unjudged and report.unjudged:
            return Group(grid, Rule(style="dim"), self._plain(unjudged, "magenta"), Styled())
        return Group(grid, Rule(style="dim"))

    def _table(self, entries: Iterable[Entry]) -> RenderableType:
        rows = []
        for entry in entries:
            outcome = entry.effective_outcome
            word = OUTCOME_WORDS[outcome].render(self._translate)
            cells = (
                Styled(f"{OUTCOME_SIGNS[outcome]} {word}", _STYLES[outcome]),
                Styled(entry.name),
                Styled(_points(entry)),
            )
            brief = format_remark(entry)
            rows.append((entry, cells, self._plain(brief, "dim") if brief else Styled()))
        return _Table(rows)

    def _failure(self, explanation: Explanation) -> RenderableType:
        entry = explanation.entry
        worth = (
            format_points(entry.points, entry.max_points)
            if entry.max_points
            else say("worth no points")
        )
        title = Styled(
            f"{OUTCOME_SIGNS[entry.effective_outcome]} {entry.name}",
            _STYLES[entry.effective_outcome],
        )
        title.append(f"  {worth.render(self._translate)}", "default")
        asks = Padding(self._plain(entry.asks, "italic"), (0, 0, 0, 2))
        decided = format_decision(entry)
        decisions = [Padding(self._plain(decided, "bold"), (0, 0, 0, 2))] if decided else []
        also = format_also(explanation)
        findings = (
            Padding(self._finding(each, None if number else also), (0, 0, 0, 2))
            for number, each in enumerate(explanation.findings)
        )
        return Group(Styled(), title, asks, *decisions, *findings)

    def _finding(self, explained: ExplainedFinding, also: Text | None) -> RenderableType:
        finding = explained.finding
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True, style="bold")
        grid.add_column(overflow="fold")
        grid.add_row(self._plain(DONE), self._plain(finding.done))
        if explained.expected:
            grid.add_row(self._plain(EXPECTED), self._plain(explained.expected))
        seen = Styled("\n").join(map(self._plain, finding.seen))
        seen.overflow = "fold"
        grid.add_row(self._plain(SEEN), seen)
        if finding.log:
            grid.add_row(self._plain(LOG), _quoted(finding.log))
        if finding.terminal:
            grid.add_row(self._plain(TERMINAL), _quoted(finding.terminal))
        grid.add_row(self._plain(HINT), self._plain(format_hint(explained), "cyan"))
        if also:
            grid.add_row(self._plain(ALSO), self._plain(also))
        return grid

    def _closing(self, report: Report) -> RenderableType:
        unjudged = format_unjudged(report)
        notes = (self._plain(say("note: {advice}", advice=text)) for text in format_notes(report))
        lines = [Styled(), *notes]
        if report.sandbox == "none":
            lines.append(self._plain(NO_SANDBOX_NOTE, "yellow"))
        if unjudged and not report.unjudged:
            lines.append(self._plain(unjudged, "magenta"))
        if report.count("fail"):
            lines.append(self._plain(say("`grade explain CHECK` explains a check.")))
        if report.scenarios:
            played = tuple(map(_format_plays, report.scenarios.items()))
            lines.append(self._plain(say("Scenarios: {scenarios}.", scenarios=played), "dim"))
        made = format_origin(report)
        if report.run:
            made = say("{made}, run {run}", made=made, run=report.run)
            page = say("With pictures: {path}", path=f"{report.run}/report.html")
            lines.append(self._plain(page))
        lines.append(self._plain(made, "dim"))
        return Group(*lines)

    def _plain(self, text: Text, style: str = "") -> Styled:
        return _literal(text.render(self._translate), style)


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
                    yield Padding(brief, (0, 0, 0, 2))
        if room >= _MIN_REMARK_WIDTH:
            yield table


def _points(entry: Entry) -> str:
    """The points of a check, of its maximum; empty if it is worth none."""
    return f"{entry.points:g}/{entry.max_points:g}" if entry.max_points else ""


def _format_plays(played: tuple[str, int]) -> Text:
    name, times = played
    if times == 1:
        return say("{scenario}", scenario=name)
    return say("{scenario} ({times} times)", scenario=name, times=times)


def _quoted(lines: tuple[str, ...]) -> Styled:
    return Styled("\n".join("│ " + printable(line) for line in lines), overflow="fold")


def _literal(text: str, style: str = "") -> Styled:
    """Untrusted text, shown as it is and never interpreted as markup."""
    return Styled(printable(text), style, overflow="fold")
