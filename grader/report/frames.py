"""A timeline as frames: a play step by step, for readers who go through it one after the other.

A frame is one thing that happened, with all that followed from it before the next one: what the
server did then, and which lines came into the log. A pure function of the timeline, so that it says
what the picture shows.
"""

from collections.abc import Iterator

import msgspec

from grader.model.text import Text, say
from grader.model.timeline import Drawn, Fault, Kind, LogLine, State, Timeline

_BY_SOURCE: dict[Kind, Text] = {
    "connect": say("connects"),
    "leave": say("disconnects"),
    "closed-by-server": say("the server closes its connection"),
}

_BY_SERVER: dict[Kind, Text] = {
    "start": say("it listens"),
    "watch": say("nothing is sent to it"),
    "restart": say("it was stopped and started again"),
    "fail": say("it does not go on"),
    "stop": say("the grader stops it"),
}


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, and what followed from it."""

    at: int
    """Nanoseconds since the play began."""
    source: str
    """Who did it: ``terminal``, ``client N``; empty for the server and the grader."""
    what: Text | None
    """What happened, as a sentence; None: a message was sent."""
    message: Drawn | None
    """That message; None: there is none, or it is one of too many to be drawn."""
    line: int
    """The line of the program that handles it, or at which the server was then; 0: unknown."""
    state: State | None
    """What the server did at the end; None: unknown, or it was stopped."""
    does: Text | None
    """The same as a sentence."""
    logged: tuple[tuple[str, LogLine], ...]
    """The lines that came into a log, each with its path."""
    faults: tuple[Fault, ...]
    connected: tuple[str, ...]
    """The clients that are connected at its end, in the order in which they came."""
    printed: tuple[str, ...]
    """The lines that came on the terminal, as far as it was noted when; the others are those of the
    last frame."""


def frames(timeline: Timeline) -> tuple[Frame, ...]:
    """The frames of ``timeline``, in order."""
    starts = [n for n, step in enumerate(timeline.steps) if step.kind != "settle"]
    ends = [*starts[1:], len(timeline.steps)]
    return tuple(_frames(timeline, list(zip(starts, ends, strict=True))))


def _frames(timeline: Timeline, parts: list[tuple[int, int]]) -> Iterator[Frame]:
    messages = {message.name: message for message in timeline.messages}
    connected: list[str] = []
    shown = 0
    for first, last in parts:
        step = timeline.steps[first]
        before, shown = shown, max([shown, *_noted(timeline, first, last)])
        if step.kind == "connect":
            connected.append(step.source)
        elif step.kind in ("leave", "closed-by-server") and step.source in connected:
            connected.remove(step.source)
        span = next((s for s in reversed(timeline.spans) if s.first < last <= s.last), None)
        message = messages.get(step.message)
        what = _BY_SOURCE.get(step.kind) or _BY_SERVER.get(step.kind)
        yield Frame(
            at=step.at,
            source=step.source,
            what=what,
            message=message,
            line=max(each.line for each in timeline.steps[first:last]),
            state=span.state if span else None,
            does=span.what if span else None,
            logged=tuple(_logged(timeline, messages, first, last)),
            faults=tuple(f for f in timeline.faults if first <= f.step < last),
            connected=tuple(connected),
            printed=timeline.terminal[before:shown],
        )


def _noted(timeline: Timeline, first: int, last: int) -> Iterator[int]:
    """How many lines were on the terminal in steps ``first`` to ``last``."""
    for step in timeline.steps[first:last]:
        if step.shown is not None:
            yield step.shown
    if last == len(timeline.steps):
        yield len(timeline.terminal)


def _logged(
    timeline: Timeline, messages: dict[str, Drawn], first: int, last: int
) -> Iterator[tuple[str, LogLine]]:
    """The lines whose messages were first in their log in steps ``first`` to ``last``."""
    for log in timeline.logs:
        for line in log.lines:
            written = [messages[name].written for name in line.messages if name in messages]
            if written and first <= min(written) < last:
                yield log.path, line
