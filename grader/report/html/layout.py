"""Where everything stands in the picture: a timeline as shapes on a plane, and nothing drawn yet.

Time runs to the right, a column for each step. There is a row for each source, one for the server
and one for the log, whose lines stand side by side in their order; where there are several logs,
they stand side by side, too, with a gap between them. A message goes from its source down to the
server, and from there to its line: so between those two rows lines cross where the log has another
order than the server was given, and fork where it has a message more than once.
"""

from collections.abc import Iterable

import msgspec

from grader.model.text import Text, say
from grader.model.timeline import Drawn, Span, Spot, Timeline

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

NAMED = 4
"""Logs up to which each has its name below it: of more, names would run into each other."""

GAP = 1
"""Lines that would have room between two logs."""


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A source's life: a line from where it came to where it left."""

    name: str
    y: float
    labelled: bool
    first: float
    last: float
    left: bool
    """Whether it ends because the client left, or was closed."""


class StateBar(msgspec.Struct, frozen=True, kw_only=True):
    """What the server did for a while."""

    x: float
    width: float
    state: str
    what: Text


class MessagePath(msgspec.Struct, frozen=True, kw_only=True):
    """A message's way."""

    message: Drawn
    x: float
    """Where it was sent, and comes to the server."""
    y: float
    """Its source's row."""
    ends: tuple[float, ...]
    """Where its lines stand in the log's row; empty: nowhere."""
    kind: str
    """``logged``, ``lost``, ``crossed`` or ``repeated``."""
    typed: bool


class LineMark(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a log that holds messages."""

    x: float
    spot: Spot


class LogSegment(msgspec.Struct, frozen=True, kw_only=True):
    """A log's part of the log's row."""

    first: float
    last: float
    name: str
    """Its file's name; empty: there are too many for names, or it has the row's."""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    server: float
    """The y of the server's row."""
    bars: tuple[StateBar, ...]
    log: float
    """The y of the log's row."""
    segments: tuple[LogSegment, ...]
    marks: tuple[LineMark, ...]
    paths: tuple[MessagePath, ...]


def lay_out(timeline: Timeline) -> Picture:
    """Where everything of ``timeline`` stands."""
    count = len(timeline.steps)
    left, right = LABELS + EDGE, WIDTH - EDGE
    column = min(WIDEST, (right - left) / max(1, count))

    def x(step: int) -> float:
        return round(left + (step + 0.5) * column, 2)

    many = len(timeline.sources) > MANY
    height = THIN if many else ROW
    lanes, y = [], EDGE + height / 2
    for number, source in enumerate(timeline.sources):
        first, last, gone = _life(timeline, source)
        lanes.append(
            Lane(
                name=source,
                y=round(y, 2),
                labelled=not many or number == 0 or number % 5 == 0,
                first=x(first),
                last=x(last),
                left=gone,
            )
        )
        y += height
    server = round(y + ROW / 2, 2)
    log = round(server + FALL, 2)
    end = left + count * column
    places = _places(timeline.messages, left, end)
    segments = _segments(timeline, places, left, end)
    of = {lane.name: lane.y for lane in lanes}
    return Picture(
        width=WIDTH,
        height=round(log + ROW + EDGE * (1 + any(segment.name for segment in segments)), 2),
        lanes=tuple(lanes),
        server=server,
        bars=tuple(_bar(span, left, column) for span in timeline.spans),
        log=log,
        segments=segments,
        marks=tuple(LineMark(x=place, spot=spot) for spot, place in places.items()),
        paths=tuple(
            MessagePath(
                message=m,
                x=x(m.step),
                y=of.get(m.source, server),
                ends=tuple(places[spot] for spot in m.spots),
                kind=_kind(m),
                typed=m.source == "terminal",
            )
            for m in timeline.messages
        ),
    )


def _kind(message: Drawn) -> str:
    if not message.spots:
        return "lost"
    return "crossed" if message.crossed else "repeated" if message.repeated else "logged"


def _life(timeline: Timeline, source: str) -> tuple[int, int, bool]:
    """The first step of a source, its last one, and whether it left there; the terminal is there
    all the time."""
    end = max(0, len(timeline.steps) - 1)
    if source == "terminal":
        return 0, end, False
    own = [n for n, step in enumerate(timeline.steps) if step.source == source]
    left = timeline.steps[own[-1]].kind in ("leave", "closed-by-server")
    return own[0], own[-1] if left else end, left


def _places(messages: Iterable[Drawn], left: float, right: float) -> dict[Spot, float]:
    """Where the lines that hold messages stand: log by log in their order, at equal distances below
    all the time that there was."""
    spots = sorted({(spot.log, spot.line) for m in messages for spot in m.spots})
    gaps = GAP * max(0, len({log for log, _ in spots}) - 1)
    distance = (right - left) / max(1, len(spots) + gaps)
    places, skipped, before = {}, 0, None
    for n, (log, line) in enumerate(spots):
        skipped += GAP if before not in (None, log) else 0
        before = log
        places[Spot(log=log, line=line)] = round(left + (n + skipped + 0.5) * distance, 2)
    return places


def _segments(
    timeline: Timeline, places: dict[Spot, float], left: float, right: float
) -> tuple[LogSegment, ...]:
    """A stretch for each log, from its first line to its last one; and one where there is none."""
    of: dict[int, list[float]] = {}
    for spot, place in places.items():
        of.setdefault(spot.log, []).append(place)
    if len(of) < 2:
        return (LogSegment(first=round(left, 2), last=round(right, 2), name=""),)
    return tuple(
        LogSegment(
            first=min(own),
            last=max(own),
            name=timeline.logs[log].path.rpartition("/")[2] if len(of) <= NAMED else "",
        )
        for log, own in of.items()
    )


def _bar(span: Span, left: float, column: float) -> StateBar:
    width = max(0.5, span.last - span.first) * column
    return StateBar(
        x=round(left + span.first * column, 2),
        width=round(width, 2),
        state=span.state,
        what=span.what,
    )


def source_label(source: str) -> Text:
    """A row's name."""
    if source == "terminal":
        return say("terminal")
    number = source.removeprefix("client ")
    return (
        say("client {number}", number=int(number))
        if number.isdigit()
        else say("{name}", name=source)
    )
