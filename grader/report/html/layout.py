"""Where everything stands in the picture: a timeline as shapes on a plane, and nothing drawn yet.

Time runs to the right, a column for each step. There is a row for each source, one for the server
and one for the log, whose lines stand side by side in their order. A message goes from its source
down to the server, and from there to its line: so between those two rows lines cross where the
log has another order than the server was given.
"""

from collections.abc import Iterable

import msgspec

from grader.model.text import Text, say
from grader.model.timeline import Drawn, Span, Timeline

WIDTH = 960.0
"""The picture's width in its own units; a page scales it."""

LABELS = 92.0
"""Room for the rows' names."""

EDGE = 14.0
WIDEST = 34.0
"""A column is no wider, however few there are."""

ROW, THIN = 26.0, 9.0
"""The height of a source's row; and where there are many."""

MANY = 12
"""Sources from which on rows are thin and every fifth has a name."""

FALL = 84.0
"""Between the server and the log: room for lines to be told apart."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A source's life: a line from where it came to where it left."""

    name: str
    y: float
    labelled: bool
    first: float
    last: float


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """What the server did for a while."""

    x: float
    width: float
    state: str
    what: Text


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A message's way."""

    message: Drawn
    x: float
    """Where it was sent, and comes to the server."""
    y: float
    """Its source's row."""
    end: float | None
    """Where its line stands in the log's row; None: nowhere."""
    kind: str
    """``logged``, ``lost`` or ``crossed``."""
    typed: bool


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    width: float
    height: float
    rows: tuple[Row, ...]
    server: float
    """The y of the server's row."""
    bars: tuple[Bar, ...]
    log: float
    """The y of the log's row."""
    ticks: tuple[tuple[float, int], ...]
    """The log's lines that hold messages: where each stands, and its number."""
    ways: tuple[Way, ...]


def lay_out(timeline: Timeline) -> Picture:
    """Where everything of ``timeline`` stands."""
    count = len(timeline.steps)
    left, right = LABELS + EDGE, WIDTH - EDGE
    column = min(WIDEST, (right - left) / max(1, count))

    def x(step: int) -> float:
        return round(left + (step + 0.5) * column, 2)

    many = len(timeline.sources) > MANY
    height = THIN if many else ROW
    rows, y = [], EDGE + height / 2
    for number, source in enumerate(timeline.sources):
        first, last = _life(timeline, source)
        rows.append(
            Row(
                name=source,
                y=round(y, 2),
                labelled=not many or number == 0 or number % 5 == 0,
                first=x(first),
                last=x(last),
            )
        )
        y += height
    server = round(y + ROW / 2, 2)
    log = round(server + FALL, 2)
    end = left + count * column
    places = _places(timeline.messages, left, end)
    of = {row.name: row.y for row in rows}
    return Picture(
        width=WIDTH,
        height=round(log + ROW + EDGE, 2),
        rows=tuple(rows),
        server=server,
        bars=tuple(_bar(span, left, column) for span in timeline.spans),
        log=log,
        ticks=tuple((place, line) for line, place in places.items()),
        ways=tuple(
            Way(
                message=m,
                x=x(m.step),
                y=of.get(m.source, server),
                end=None if m.line is None else places[m.line],
                kind="lost" if m.line is None else "crossed" if m.crossed else "logged",
                typed=m.source == "terminal",
            )
            for m in timeline.messages
        ),
    )


def _life(timeline: Timeline, source: str) -> tuple[int, int]:
    """The first step of a source and its last; the terminal is there all the time."""
    if source == "terminal":
        return 0, max(0, len(timeline.steps) - 1)
    own = [n for n, step in enumerate(timeline.steps) if step.source == source]
    left = any(timeline.steps[n].kind == "leave" for n in own)
    return own[0], own[-1] if left else max(own[0], len(timeline.steps) - 1)


def _places(messages: Iterable[Drawn], left: float, right: float) -> dict[int, float]:
    """Where the lines that hold messages stand: in their order, at equal distances below all the
    time that there was."""
    lines = sorted({m.line for m in messages if m.line is not None})
    distance = (right - left) / max(1, len(lines))
    return {line: round(left + (n + 0.5) * distance, 2) for n, line in enumerate(lines)}


def _bar(span: Span, left: float, column: float) -> Bar:
    width = max(0.5, span.last - span.first) * column
    return Bar(
        x=round(left + span.first * column, 2),
        width=round(width, 2),
        state=span.state,
        what=span.what,
    )


def name_of(source: str) -> Text:
    """A row's name."""
    if source == "terminal":
        return say("terminal")
    number = source.removeprefix("client ")
    return (
        say("client {number}", number=int(number))
        if number.isdigit()
        else say("{name}", name=source)
    )
