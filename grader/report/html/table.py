"""The timeline as a table, for readers who cannot see the picture or want to search it."""

from collections.abc import Iterator

import msgspec

from grader.model.text import Text, say
from grader.model.timeline import Drawn, Kind, Timeline
from grader.report.html.layout import source_label

SERVER = say("server")

_EVENTS: dict[Kind, Text] = {
    "connect": say("connects"),
    "leave": say("disconnects"),
    "closed-by-server": say("the server closes its connection"),
}


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """One event."""

    at: int
    """Nanoseconds since the play began."""
    who: Text
    what: Text | None
    """The event as a sentence; None: ``message`` is sent."""
    message: Drawn | None = None


def table_rows(timeline: Timeline) -> Iterator[TableRow]:
    """The rows of ``timeline`` in the order of events.

    The server has rows only where it was observed; elsewhere it just runs when it is given
    something, and then sleeps.
    """
    messages = {message.name: message for message in timeline.messages}
    seen = {span.first: span.what for span in timeline.spans if span.seen}
    for number, step in enumerate(timeline.steps):
        if step.kind in _EVENTS:
            yield TableRow(at=step.at, who=source_label(step.source), what=_EVENTS[step.kind])
        elif step.message in messages:
            message = messages[step.message]
            yield TableRow(at=step.at, who=source_label(step.source), what=None, message=message)
        if number in seen:
            yield TableRow(at=step.at, who=SERVER, what=seen[number])
