"""The report on a terminal, for the student."""

from collections.abc import Iterable

from rich.columns import Columns
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Styled

from grader.model.outcome import Finding, OutcomeName
from grader.model.report import Entry, Report
from grader.model.text import printable

_SIGNS: dict[OutcomeName, tuple[str, str, str]] = {
    "pass": ("✓", "pass", "green"),
    "fail": ("✗", "FAIL", "bold red"),
    "skipped": ("–", "skipped", "yellow"),
    "not-judged": ("?", "not judged", "magenta"),
}
"""For each outcome a sign, a word and a style: colour is never the only one that tells."""


def show(report: Report, console: Console) -> None:
    """Print ``report``."""
    console.print(render(report))


def render(report: Report) -> RenderableType:
    """The report as a value that :mod:`rich` prints, at whatever width."""
    failed = [entry for entry in report.entries if entry.outcome.outcome == "fail"]
    asked = [entry for entry in report.entries if entry.possible]
    craft = [entry for entry in report.entries if not entry.possible]
    parts: list[RenderableType] = [_heading(report), _Table(asked)]
    if craft:
        parts += [Styled("\nworth no points, and good to know:"), _Table(craft)]
    for entry in failed:
        parts.append(_failure(entry))
    parts.append(_closing(report))
    return Group(*parts)


def _heading(report: Report) -> RenderableType:
    points = f"{report.points:g} of {report.possible:g} points"
    grid = Table.grid(expand=True, padding=(0, 1))
    grid.add_column(ratio=1, overflow="fold")
    grid.add_column(justify="right", no_wrap=True)
    style = "bold green" if report.passed and report.judged else "bold red"
    grid.add_row(_plain(report.submission, "bold"), Styled(points, style))
    return Group(grid, Rule(style="dim"))


class _Table:
    """Every check on a line, with a remark beside it, or below it where there is no room."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = options.max_width - _BESIDE
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        if room >= _REMARK:
            table.add_column(overflow="fold")
        for entry in self._entries:
            sign, word, style = _SIGNS[entry.outcome.outcome]
            row = [
                Styled(f"{sign} {word}", style),
                Styled(entry.name),
                Styled(_points(entry)),
            ]
            remark = _plain(_remark(entry), "dim")
            if room >= _REMARK:
                table.add_row(*row, remark)
            else:
                yield Columns(row)
                if remark and entry.outcome.outcome != "pass":
                    yield Padding(remark, (0, 0, 0, 2))
        if room >= _REMARK:
            yield table


_BESIDE = 45
"""Columns that a check's outcome, name and points take beside a remark."""

_REMARK = 25
"""Columns below which a remark goes on lines of its own."""


def _points(entry: Entry) -> str:
    """What a check earned of what it is worth; nothing where it is worth nothing."""
    return f"{entry.points:g}/{entry.possible:g}" if entry.possible else ""


def _remark(entry: Entry) -> str:
    outcome = entry.outcome
    if outcome.findings:
        return str(outcome.findings[0].seen[0])
    return "" if outcome.because is None else str(outcome.because)


def _failure(entry: Entry) -> RenderableType:
    title = Styled(f"✗ {entry.name}", "bold red")
    worth = f"0 of {entry.possible:g} points" if entry.possible else "worth no points"
    title.append(f"  {worth}", "default")
    parts: list[RenderableType] = [
        Styled(),
        title,
        Padding(_plain(str(entry.asks), "italic"), (0, 0, 0, 2)),
    ]
    for finding in entry.outcome.findings:
        parts.append(Padding(_finding(finding), (0, 0, 0, 2)))
    return Group(*parts)


def _finding(finding: Finding) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    grid.add_row("done", _plain(str(finding.done)))
    grid.add_row("expected", _plain(str(finding.expected)))
    grid.add_row(
        "seen", _plain("\n".join(printable(str(text)) for text in finding.seen), keep=True)
    )
    if finding.log:
        grid.add_row("log", _quoted(finding.log))
    if finding.terminal:
        grid.add_row("terminal", _quoted(finding.terminal))
    grid.add_row("hint", _plain(str(finding.hint), "cyan"))
    return grid


def _closing(report: Report) -> RenderableType:
    lines = [Styled()]
    for entry in report.entries:
        lines += [_plain(f"note: {entry.name}: {text}") for text in entry.outcome.advice]
    lines += [_plain(f"note: {text}") for text in report.advice]
    if report.sandbox == "none":
        lines.append(
            _plain(
                "note: graded without a sandbox (--sandbox none): right for one's own program "
                "only, and never to be trusted for anybody else's.",
                "yellow",
            )
        )
    if not report.judged:
        lines.append(
            _plain(
                "Some checks could not be judged. That is no fault of the program's, and costs "
                "no points: grade it again.",
                "magenta",
            )
        )
    if report.count("fail"):
        lines.append(_plain("`grade explain CHECK` says more of a check."))
    if report.scenarios:
        lines.append(_plain(f"Played: {_played(report)}.", "dim"))
    lines.append(
        _plain(
            f"Python {report.python or '?'}, sandbox {report.sandbox}, grader {report.grader}, "
            f"seed {report.seed}" + (f", run {report.run}" if report.run else ""),
            "dim",
        )
    )
    return Group(*lines)


def _played(report: Report) -> str:
    return ", ".join(
        name if times == 1 else f"{name} ({times} times)"
        for name, times in report.scenarios.items()
    )


def _quoted(lines: tuple[str, ...]) -> Styled:
    return Styled("\n".join("│ " + printable(line) for line in lines), overflow="fold")


def _plain(text: str, style: str = "", *, keep: bool = False) -> Styled:
    """Text as it is: nothing in it is taken for markup."""
    return Styled(text if keep else printable(text), style, overflow="fold")
