"""A play step by step on a terminal: one frame of it, or all of them."""

from collections.abc import Iterator, Sequence

import msgspec
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Styled

from grader.model.text import Text, Translate, say
from grader.model.timeline import State, Timeline
from grader.report.frames import Frame, frames
from grader.report.labels import LOG, TERMINAL, source_label
from grader.report.scenarios import SCENARIOS
from grader.report.terminal.parts import Parts, literal
from grader.report.titles import titles
from grader.report.trimmed import Trimmed

LINES = 12
"""Lines of the log and of the terminal that are shown beside a frame, the last ones."""

SERVER = say("server")

_STYLES: dict[State, str] = {
    "works": "yellow",
    "sleeps": "green",
    "spins": "bold red",
    "stuck": "bold red",
    "gone": "bold red",
}


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """The plays to go through, with the program's text."""

    timelines: tuple[Timeline, ...]
    source: bytes

    @property
    def scenes(self) -> tuple[tuple[Timeline, int], ...]:
        """All frames in order, each as its timeline and its index there."""
        return tuple((t, n) for t in self.timelines for n in range(len(frames(t))))


def render_all(replay: Replay, translate: Translate) -> RenderableType:
    """All steps of all plays, below each other."""
    parts = Parts(translate)
    return Trimmed(Group(*_all(replay, parts)))


def _all(replay: Replay, parts: Parts) -> Iterator[RenderableType]:
    for number, timeline in enumerate(replay.timelines):
        if number:
            yield Styled()
        yield from _heading(timeline, parts)
        for frame in frames(timeline):
            yield _frame(frame, replay.source, parts)


def render_step(
    replay: Replay, timeline: Timeline, number: int, translate: Translate
) -> RenderableType:
    """Step ``number`` of ``timeline``, the steps before it, and the log and the terminal beside
    them."""
    parts = Parts(translate)
    every = frames(timeline)
    log = [line for frame in every[: number + 1] for _, line in frame.logged]
    new = len(every[number].logged)
    shown = [
        literal(f"{line.number}: {line.text}", "bold green" if n >= len(log) - new else "")
        for n, line in enumerate(log)
    ][-LINES:]
    beside = Table.grid(padding=(0, 2), expand=True)
    beside.add_column(ratio=1, overflow="fold")
    beside.add_column(ratio=1, overflow="fold")
    beside.add_row(parts.plain(LOG, "bold"), parts.plain(TERMINAL, "bold"))
    printed = [line for frame in every[: number + 1] for line in frame.printed]
    new = len(every[number].printed)
    terminal = [
        literal(line, "bold" if n >= len(printed) - new else "") for n, line in enumerate(printed)
    ]
    beside.add_row(Group(*shown), Group(*terminal[-LINES:]))
    position = say("step {number} of {count}", number=number + 1, count=len(every))
    keys = say("space, →: next step   ←: step back   q: quit")
    return Group(
        *_heading(timeline, parts),
        *(_brief(frame, parts) for frame in every[max(0, number - 4) : number]),
        _frame(every[number], replay.source, parts, terminal=False),
        Styled(),
        beside,
        Rule(style="dim"),
        Styled.assemble(parts.plain(position), "   ", parts.plain(keys, "dim")),
    )


def _heading(timeline: Timeline, parts: Parts) -> Iterator[RenderableType]:
    yield parts.title(timeline.scenario, "bold")
    if about := SCENARIOS.get(timeline.scenario):
        yield parts.plain(about, "italic")
    yield Rule(style="dim")


def _brief(frame: Frame, parts: Parts) -> RenderableType:
    """A frame on one line."""
    text = Styled.assemble(_time(frame), "  ", _who(frame, parts), "  ", _what(frame, parts))
    text.no_wrap, text.overflow, text.style = True, "ellipsis", "dim"
    return text


def _frame(frame: Frame, source: bytes, parts: Parts, *, terminal: bool = True) -> RenderableType:
    """A frame with all that it says, also of the ``terminal``."""
    grid = _grid()
    grid.add_row(_time(frame), _who(frame, parts), _what(frame, parts))
    if frame.does and frame.state:
        grid.add_row("", parts.plain(SERVER), parts.plain(frame.does, _STYLES[frame.state]))
    if frame.line:
        grid.add_row("", "", parts.plain(_code(source, frame.line), "dim"))
    for path, line in frame.logged:
        grid.add_row("", parts.plain(LOG), literal(f"+ {path}:{line.number}: {line.text}", "green"))
    if terminal and frame.printed:
        grid.add_row("", parts.plain(TERMINAL), _lines(frame.printed))
    for fault in frame.faults:
        what = fault.what
        if fault.checks and frame.does and str(what) == str(frame.does):
            what = say("{checks}", checks=titles(fault.checks))
        elif fault.checks:
            what = say("{checks}: {reason}", checks=titles(fault.checks), reason=what)
        elif frame.does:
            continue
        grid.add_row("", Styled("✗", "red"), parts.plain(what))
    return Padding(grid, 0)


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, justify="right", min_width=10)
    grid.add_column(no_wrap=True, min_width=8)
    grid.add_column(overflow="fold")
    return grid


def _time(frame: Frame) -> str:
    return f"{frame.at / 1e6:.1f} ms"


def _who(frame: Frame, parts: Parts) -> Styled:
    label = source_label(frame.source) if frame.source else SERVER
    return parts.plain(label, "bold")


def _what(frame: Frame, parts: Parts) -> Styled:
    if frame.message:
        typed = frame.source == "terminal"
        text = frame.message.text
        return parts.plain(
            say("types {text}", text=text) if typed else say("sends {text}", text=text)
        )
    return parts.plain(frame.what or say("–"))


def _code(source: bytes, line: int) -> Text:
    """A line of the program."""
    lines = source.decode("utf-8-sig", "replace").split("\n")
    code = lines[line - 1].strip() if line <= len(lines) else ""
    return say("line {number}: {code}", number=line, code=code)


def _lines(lines: Sequence[str]) -> Styled:
    return literal("\n".join(lines)) if len(lines) < 2 else Styled("\n").join(map(literal, lines))
