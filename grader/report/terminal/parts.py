"""What both reports on a terminal consist of: heading, findings, lists of checks, closing."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Styled

from grader.model.outcome import OutcomeName
from grader.model.report import Entry, Report, Verdict
from grader.model.text import Text, Translate, printable, say, say_count
from grader.report.explanations import ExplainedFinding
from grader.report.labels import (
    CRAFT_SIGN,
    DONE,
    EXPECTED,
    HINT,
    LOG,
    NO_SANDBOX_NOTE,
    OUTCOME_SIGNS,
    SEEN,
    TERMINAL,
    format_hint,
    format_notes,
    format_origin,
    format_outcome,
    format_unjudged,
    format_verdict,
)
from grader.report.titles import full_title, full_titles, title, titles
from grader.report.wrapping import Wrapped

OUTCOME_STYLES: dict[OutcomeName, str] = {
    "pass": "green",
    "fail": "bold red",
    "skipped": "yellow",
    "not-judged": "magenta",
}

VERDICT_STYLES: dict[Verdict, str] = {
    "passed": "bold green",
    "below": "bold red",
    "not-judged": "bold magenta",
}

MOST_LINES = 2
"""Lines of a list of checks."""

INDENT = (0, 0, 0, 2)


def sign(entry: Entry) -> Styled:
    """The sign of a check's outcome. Craft has no colour, and no cross: it costs nothing."""
    outcome = entry.effective_outcome
    if entry.max_points:
        return Styled(OUTCOME_SIGNS[outcome], OUTCOME_STYLES[outcome])
    return Styled(CRAFT_SIGN if outcome == "fail" else OUTCOME_SIGNS[outcome])


def literal(text: str, style: str = "") -> Styled:
    """Untrusted text, shown as it is and never interpreted as markup."""
    return Wrapped(printable(text), style, overflow="fold")


class Parts:
    """Builds the parts of a report in one language."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate

    def plain(self, text: Text, style: str = "") -> Styled:
        """A sentence, which may contain untrusted text."""
        return literal(text.render(self._translate), style)

    def title(self, name: str, style: str = "") -> Styled:
        """The title of a check or a scenario, with its identifier."""
        return self.plain(full_title(name, self._translate), style)

    def titles(self, names: Iterable[str]) -> tuple[Text, ...]:
        """The titles of several checks, with their identifiers."""
        return full_titles(names, self._translate)

    def heading(self, report: Report) -> Iterator[RenderableType]:
        """The name, the verdict, and why nothing was judged if that has one reason."""
        verdict = self.plain(format_verdict(report), VERDICT_STYLES[report.verdict])
        yield Wrapped.assemble(literal(report.submission, "bold"), "  ", verdict, overflow="fold")
        yield Rule(style="dim")
        if report.unjudged and not report.judged:
            yield self.plain(report.unjudged, "magenta")

    def listing(
        self, mark: Styled, sentence: Callable[[tuple[Text, ...]], Text], checks: Sequence[str]
    ) -> RenderableType:
        """A sentence about checks, behind ``mark``, on few lines: those that do not fit are
        counted."""

        def build(shown: tuple[Text, ...]) -> Styled:
            return self.plain(sentence(shown))

        return marked(mark, _Shortened(build, checks))

    def finding(self, explained: ExplainedFinding, *more: tuple[Text, Text]) -> RenderableType:
        """A finding, and ``more`` lines with their labels."""
        finding = explained.finding
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True, style="bold")
        grid.add_column(overflow="fold")
        grid.add_row(self.plain(DONE), self.plain(finding.done))
        if explained.expected:
            grid.add_row(self.plain(EXPECTED), self.plain(explained.expected))
        seen = (printable(text.render(self._translate)) for text in finding.seen)
        grid.add_row(self.plain(SEEN), Wrapped("\n".join(seen), overflow="fold"))
        if finding.log:
            grid.add_row(self.plain(LOG), _quoted(finding.log))
        if finding.terminal:
            grid.add_row(self.plain(TERMINAL), _quoted(finding.terminal))
        grid.add_row(self.plain(HINT), self.plain(format_hint(explained), "cyan"))
        for label, text in more:
            grid.add_row(self.plain(label), self.plain(text))
        return Padding(grid, INDENT)

    def closing(self, report: Report, *, verbose: bool) -> Iterator[RenderableType]:
        """Notes, how the report was made, and the verdict once more."""
        yield Styled()
        for advice in format_notes(report):
            yield self.plain(say("note: {advice}", advice=advice))
        if report.sandbox == "none":
            yield self.plain(NO_SANDBOX_NOTE, "yellow")
        unjudged = format_unjudged(report)
        if unjudged and not report.unjudged:
            yield self.plain(unjudged, "magenta")
        if report.count("fail"):
            brief = say("`grade explain CHECK` explains a check; --verbose shows everything.")
            yield self.plain(say("`grade explain CHECK` explains a check.") if verbose else brief)
        if verbose and report.scenarios:
            played = tuple(map(_format_plays, report.scenarios.items()))
            yield self.plain(say("Scenarios: {scenarios}.", scenarios=played), "dim")
        yield self.plain(format_origin(report), "dim")
        outcome = self.plain(format_outcome(report), VERDICT_STYLES[report.verdict])
        if report.run:
            outcome.append(" → ", "default")
            outcome.append(printable(f"{report.run}/report.html"), "default")
        yield outcome


class _Shortened:
    """A sentence that enumerates as many names as fit into :data:`MOST_LINES` lines."""

    def __init__(self, build: Callable[[tuple[Text, ...]], Styled], checks: Sequence[str]) -> None:
        self._build = build
        self._checks = checks

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for shown in range(len(self._checks), 0, -1):
            more = len(self._checks) - shown
            others = (say_count("{count} other", "{count} others", count=more),) if more else ()
            text = self._build((*titles(self._checks[:shown]), *others))
            if shown == 1 or len(text.wrap(console, options.max_width)) <= MOST_LINES:
                yield text
                return


def marked(mark: Styled, content: RenderableType) -> RenderableType:
    """``content`` behind a mark, with its lines below each other."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(mark, content)
    return grid


def _format_plays(played: tuple[str, int]) -> Text:
    name, times = played
    if times == 1:
        return title(name)
    return say("{scenario} ({times} times)", scenario=title(name), times=times)


def _quoted(lines: tuple[str, ...]) -> Styled:
    return Wrapped("\n".join("│ " + printable(line) for line in lines), overflow="fold")
