"""The timeline as a table, for readers who cannot see the picture or want to search it."""

from collections.abc import Iterator
from functools import partial

import msgspec

from grader.model.text import Text, say
from grader.model.timeline import Drawn, Kind, Timeline
from grader.report.labels import source_label

SERVER = say("server")

_EVENTS: dict[Kind, Text] = {
    "connect": say("connects"),
    "leave": say("disconnects"),
    "closed-by-server": say("the server closes its connection"),
}

_OF_SERVER: dict[Kind, Text] = {
    "start": say("it listens"),
    "stop": say("the grader stops it"),
}


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """One event."""

    at: int
    """Nanoseconds since the play began."""
    who: Text
    what: Text | None
    """The event as a sentence; None: ``message`` is sent."""
    message: Drawn | None = None
    step: int
    """Its index in the timeline."""
    line: int
    """The line of the program that handles it; 0: unknown."""
    checks: tuple[str, ...] = ()
    """The checks that failed for it."""
    faulty: bool
    """Whether the picture marks it as a fault."""


def table_rows(timeline: Timeline) -> Iterator[TableRow]:
    """The rows of ``timeline`` in the order of events.

    The server has rows only where it was observed; elsewhere it just runs when it is given
    something, and then sleeps.
    """
    messages = {message.name: message for message in timeline.messages}
    seen = {span.first: span.what for span in timeline.spans if span.seen}
    faulty: dict[int, tuple[str, ...]] = {}
    for fault in timeline.faults:
        faulty[fault.step] = (*faulty.get(fault.step, ()), *fault.checks)
    for number, step in enumerate(timeline.steps):
        checks = tuple(dict.fromkeys(faulty.get(number, ())))
        row = partial(
            TableRow,
            at=step.at,
            step=number,
            line=step.line,
            checks=checks,
            faulty=number in faulty,
        )
        if step.kind in _EVENTS:
            yield row(who=source_label(step.source), what=_EVENTS[step.kind])
        elif step.message in messages:
            message = messages[step.message]
            yield row(who=source_label(step.source), what=None, message=message)
        elif step.kind in _OF_SERVER:
            yield row(who=SERVER, what=_OF_SERVER[step.kind])
        if number in seen:
            yield row(who=SERVER, what=seen[number])
        elif number in faulty and not step.message and step.kind not in {**_EVENTS, **_OF_SERVER}:
            what = next(fault.what for fault in timeline.faults if fault.step == number)
            yield row(who=SERVER, what=what)
