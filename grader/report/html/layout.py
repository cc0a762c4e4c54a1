"""The layout of a timeline's picture: the position of every shape. Nothing is drawn here.

Time runs to the right, one column per step. There is a lane for each source, one for the server,
and one for the log. In the log's lane, lines are side by side in their order; several logs are side
by side too, with a gap between them. A message is a path from its source's lane down to the server
and on to its line in the log. Between those two lanes, paths cross if the log has another order
than the server received, and a path forks if the log has its message more than once.
"""

from collections.abc import Iterable

import msgspec

from grader.model.text import Text, say
from grader.model.timeline import Drawn, Span, Spot, Timeline

WIDTH = 960.0
"""The picture's width, in units that the page scales."""

LABELS = 92.0
"""The width of the lanes' labels."""

EDGE = 14.0
MAX_COLUMN = 34.0
"""The greatest width of a column."""

LANE, THIN_LANE = 26.0, 9.0
"""The height of a source's lane, and of one among many."""

MANY = 12
"""With more sources than this, lanes are thin and only every fifth has a label."""

DROP = 84.0
"""The distance between the server and the log, in which crossing paths must be distinguishable."""

MAX_NAMED_LOGS = 4
"""With more logs than this, none has its name below it, since the names would overlap."""

GAP = 1
"""The distance between two logs, in lines."""


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A source: a line from where it appears to where it leaves."""

    name: str
    y: float
    labelled: bool
    first: float
    last: float
    left: bool
    """Whether it ends because the client left or the server closed the connection."""


class StateBar(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time in which the server was in one state."""

    x: float
    width: float
    state: str
    what: Text


class MessagePath(msgspec.Struct, frozen=True, kw_only=True):
    """The path of a message."""

    message: Drawn
    x: float
    """The step in which it was sent."""
    y: float
    """Its source's lane."""
    ends: tuple[float, ...]
    """The positions of its lines in the log's lane; empty if it is not logged."""
    kind: str
    """``logged``, ``lost``, ``crossed`` or ``repeated``."""
    typed: bool


class LineMark(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a log that contains messages."""

    x: float
    spot: Spot


class LogSegment(msgspec.Struct, frozen=True, kw_only=True):
    """One log's part of the log's lane."""

    first: float
    last: float
    name: str
    """Its file name; empty if there are too many logs, or only one, which is the lane's label."""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The whole picture."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    server: float
    """The y of the server's lane."""
    bars: tuple[StateBar, ...]
    log: float
    """The y of the log's lane."""
    segments: tuple[LogSegment, ...]
    marks: tuple[LineMark, ...]
    paths: tuple[MessagePath, ...]


def lay_out(timeline: Timeline) -> Picture:
    """Lay out ``timeline``."""
    count = len(timeline.steps)
    left, right = LABELS + EDGE, WIDTH - EDGE
    column = min(MAX_COLUMN, (right - left) / max(1, count))

    def x(step: int) -> float:
        return round(left + (step + 0.5) * column, 2)

    many = len(timeline.sources) > MANY
    height = THIN_LANE if many else LANE
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
    server = round(y + LANE / 2, 2)
    log = round(server + DROP, 2)
    end = left + count * column
    places = _places(timeline.messages, left, end)
    segments = _segments(timeline, places, left, end)
    of = {lane.name: lane.y for lane in lanes}
    return Picture(
        width=WIDTH,
        height=round(log + LANE + EDGE * (1 + any(segment.name for segment in segments)), 2),
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
    """The first and last step of a source, and whether it left in the last. The terminal is there
    all the time."""
    end = max(0, len(timeline.steps) - 1)
    if source == "terminal":
        return 0, end, False
    own = [n for n, step in enumerate(timeline.steps) if step.source == source]
    left = timeline.steps[own[-1]].kind in ("leave", "closed-by-server")
    return own[0], own[-1] if left else end, left


def _places(messages: Iterable[Drawn], left: float, right: float) -> dict[Spot, float]:
    """The x of each line that contains messages: log by log, at equal distances over the whole
    width."""
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
    """A segment for each log, from its first line to its last. One log, or none, takes the whole
    width."""
    of: dict[int, list[float]] = {}
    for spot, place in places.items():
        of.setdefault(spot.log, []).append(place)
    if len(of) < 2:
        return (LogSegment(first=round(left, 2), last=round(right, 2), name=""),)
    return tuple(
        LogSegment(
            first=min(own),
            last=max(own),
            name=timeline.logs[log].path.rpartition("/")[2] if len(of) <= MAX_NAMED_LOGS else "",
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
    """The label of a source's lane."""
    if source == "terminal":
        return say("terminal")
    number = source.removeprefix("client ")
    return (
        say("client {number}", number=int(number))
        if number.isdigit()
        else say("{name}", name=source)
    )
