"""The layout of a timeline's picture: the position of every shape. Nothing is drawn here.

Time runs to the right, one column per step. There is a lane for each source, one for the server,
and one for each log, or one for all if they are many. In a log's lane, each line that holds
messages stands under the time at which it was first seen in the file; lines that were written at
once are side by side in their order. A message is a path from its source's lane down to the server
and on to its line in the log. Paths cross if the log has another order than the server received,
and a path forks if the log has its message more than once. A fault is a mark below the server, with
a label.

The picture is as wide as its steps need, so that it is never scaled on a screen; the lanes' labels
are a picture of their own that stays where it is when the other one is scrolled.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate

import msgspec

from grader.model.text import Text
from grader.model.timeline import Drawn, Fault, Span, Spot, Timeline

WIDTH = 800.0
"""The greatest width of a picture, in pixels."""

NARROWEST = 260.0
"""The least: a phone's, so that the label of a fault has room."""

LABELS = 92.0
"""The width of the lanes' labels."""

EDGE = 12.0
COLUMN, QUIET_COLUMN, FAULT_COLUMN = 30.0, 16.0, 44.0
"""The greatest width of a column, of one in which the server only settles, and of one with a
fault, which is never narrower."""

DOT = 11.0
"""The distance of lines in the log's lane that were written at once, where there is room."""

LANE, THIN_LANE = 26.0, 9.0
"""The height of a source's lane, and of one among many."""

MANY = 12
"""With more sources than this, lanes are thin and only every fifth has a label."""

DROP = 104.0
"""The distance between the server and the log, in which crossing paths must be distinguishable."""

DIGIT = 7.0
"""The width of a digit of a line's number."""

LETTER = 7.5
"""The width of a letter of a fault's label."""

LABEL_ROWS = 3
"""Rows of labels of faults, below the server: neighbours are in different ones."""

LABEL_ROW = 17.0

MAX_LOGS = 4
"""With more logs than this, they share a lane."""

LOG_LANE = 34.0
"""The distance of two logs' lanes, in which a line's number has room."""

MAX_LABEL = 40
"""Characters of a label in a picture; the page says the rest beside it."""


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """A source: a line from where it appears to where it leaves."""

    name: str
    y: float
    labelled: bool
    first: float
    last: float
    end: str
    """Why it ends: ``left``, ``closed`` by the server, or empty if it does not."""


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
    ends: tuple[tuple[float, float], ...]
    """The positions of its lines in the logs' lanes; empty if it is not logged."""
    kind: str
    """``logged``, ``lost``, ``crossed`` or ``repeated``."""
    typed: bool
    flagged: bool
    """Whether a fault is about it."""


class LineMark(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a log that contains messages."""

    x: float
    y: float
    spot: Spot
    labelled: bool


class FaultMark(msgspec.Struct, frozen=True, kw_only=True):
    """The mark of a fault, below the server."""

    fault: Fault
    x: float
    row: float
    """The y of its label's baseline."""
    anchor: str
    """Where its label stands: SVG's ``start``, to the right of the mark, or ``end``."""
    waits_for: float | None
    """The y of the lane of whom the server waits for."""
    waiting: tuple[float, ...]
    """The lanes whose input waits."""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The whole picture."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    server: float
    """The y of the server's lane."""
    bars: tuple[StateBar, ...]
    logs: tuple[float, ...]
    """The y of each log's lane; a single one if they share it."""
    last: float
    """Where the lanes end."""
    marks: tuple[LineMark, ...]
    paths: tuple[MessagePath, ...]
    faults: tuple[FaultMark, ...]
    ends: tuple[float, ...]
    """The x at which each step is over."""


def lay_out(timeline: Timeline) -> Picture:
    """Lay out ``timeline``."""
    edges = _edges(timeline)

    def x(step: int) -> float:
        return round((edges[step] + edges[step + 1]) / 2, 2)

    many = len(timeline.sources) > MANY
    height = THIN_LANE if many else LANE
    lanes, y = [], EDGE + height / 2
    for number, source in enumerate(timeline.sources):
        first, last, end = _life(timeline, source)
        lanes.append(
            Lane(
                name=source,
                y=round(y, 2),
                labelled=not many or number == 0 or number % 5 == 0,
                first=x(first),
                last=x(last) if end else edges[-1],
                end=end,
            )
        )
        y += height
    server = round(y + LANE / 2, 2)
    lines = 1 if len(timeline.logs) > MAX_LOGS else max(1, len(timeline.logs))
    logs = tuple(round(server + DROP + n * LOG_LANE, 2) for n in range(lines))
    places = _places(timeline.messages, edges, logs)
    of = {lane.name: lane.y for lane in lanes}
    flagged = {name for fault in timeline.faults for name in fault.messages}
    # A label stands to the left of its fault, or to the right if there is no room.
    right = [x(f.step) + w for f in timeline.faults if x(f.step) <= (w := _label_width(f))]
    return Picture(
        width=round(max(NARROWEST, edges[-1] + EDGE, *right), 2),
        height=round(logs[-1] + LANE + EDGE, 2),
        lanes=tuple(lanes),
        server=server,
        bars=tuple(_bar(span, edges) for span in timeline.spans),
        logs=logs,
        last=edges[-1],
        marks=tuple(_marks(places)),
        paths=tuple(
            MessagePath(
                message=m,
                x=x(m.step),
                y=of.get(m.source, server),
                ends=tuple(places[spot] for spot in m.spots),
                kind=_kind(m),
                typed=m.source == "terminal",
                flagged=m.name in flagged,
            )
            for m in timeline.messages
        ),
        faults=tuple(
            FaultMark(
                fault=fault,
                x=x(fault.step),
                row=round(server + 46 + number % LABEL_ROWS * LABEL_ROW, 2),
                anchor="end" if x(fault.step) > _label_width(fault) else "start",
                waits_for=of.get(fault.waits_for),
                waiting=tuple(of[name] for name in fault.waiting if name in of),
            )
            for number, fault in enumerate(timeline.faults)
        ),
        ends=tuple(edges[1:]),
    )


def _label_width(fault: Fault) -> float:
    """Room for the label of a fault, with its distance from the mark."""
    return LETTER * min(MAX_LABEL, len(str(fault.label))) + 16


def _edges(timeline: Timeline) -> list[float]:
    """The x at which each step's column begins, and at which the last one ends."""
    written = Counter[int]()
    for message in timeline.messages:
        written[message.written] += len(message.spots)
    faulty = {fault.step for fault in timeline.faults}
    least, widths = [], []
    for number, step in enumerate(timeline.steps):
        column = QUIET_COLUMN if step.kind == "settle" else COLUMN
        least.append(FAULT_COLUMN if number in faulty else 0.0)
        widths.append(max(column, least[-1], written[number] * DOT))
    room = WIDTH - 2 * EDGE
    wanted, fixed = sum(widths), sum(least)
    if wanted > room:
        share = max(0.0, room - fixed) / (wanted - fixed)
        widths = [low + (width - low) * share for low, width in zip(least, widths, strict=True)]
    return [round(each, 2) for each in accumulate(widths, initial=EDGE)]


def _kind(message: Drawn) -> str:
    if not message.spots:
        return "lost"
    return "crossed" if message.crossed else "repeated" if message.repeated else "logged"


def _life(timeline: Timeline, source: str) -> tuple[int, int, str]:
    """The first and last step of a source, and why it ends there. The terminal is there all the
    time."""
    end = max(0, len(timeline.steps) - 1)
    if source == "terminal":
        return 0, end, ""
    own = [n for n, step in enumerate(timeline.steps) if step.source == source]
    match timeline.steps[own[-1]].kind:
        case "leave":
            return own[0], own[-1], "left"
        case "closed-by-server":
            return own[0], own[-1], "closed"
    return own[0], end, ""


def _places(
    messages: Iterable[Drawn], edges: list[float], logs: tuple[float, ...]
) -> dict[Spot, tuple[float, float]]:
    """The place of each line that contains messages: in its log's lane, and in the step by which
    the first of them was written, in the order of the logs and their lines."""
    steps: dict[Spot, int] = {}
    for message in messages:
        for spot in message.spots:
            steps[spot] = min(message.written, steps.get(spot, message.written))
    together: dict[int, list[Spot]] = {}
    for spot, step in steps.items():
        together.setdefault(step, []).append(spot)
    places = {}
    for step, spots in together.items():
        first, last = edges[step], edges[step + 1]
        for n, spot in enumerate(sorted(spots, key=lambda spot: (spot.log, spot.line))):
            x = round(first + (n + 0.5) * (last - first) / len(spots), 2)
            places[spot] = x, logs[min(spot.log, len(logs) - 1)]
    return places


def _marks(places: dict[Spot, tuple[float, float]]) -> Iterator[LineMark]:
    """The lines of the logs, from left to right. A line's number is left out where it would touch
    the one before."""
    free: dict[float, float] = {}
    for spot, (x, y) in sorted(places.items(), key=lambda each: each[1]):
        half = DIGIT * len(str(spot.line)) / 2
        labelled = x - half >= free.get(y, 0.0)
        if labelled:
            free[y] = x + half + DIGIT / 2
        yield LineMark(x=x, y=y, spot=spot, labelled=labelled)


def _bar(span: Span, edges: list[float]) -> StateBar:
    first, last = edges[span.first], edges[span.last]
    return StateBar(
        x=first, width=round(max(2.0, last - first), 2), state=span.state, what=span.what
    )
