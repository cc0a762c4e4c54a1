"""What a picture shows, told in rows: for those who do not see it, or want to search it."""

from collections.abc import Iterator

import msgspec

from grader.model.text import Text, say
from grader.model.timeline import Drawn, Kind, Timeline
from grader.report.html.layout import source_label

SERVER = say("server")

_DOES: dict[Kind, Text] = {
    "connect": say("connects"),
    "leave": say("leaves"),
    "closed-by-server": say("the server closes its connection"),
}


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row: somebody does something."""

    at: int
    """Nanoseconds since the play began."""
    who: Text
    what: Text | None
    """In a sentence; None: it gives the server ``message``."""
    message: Drawn | None = None


def table_rows(timeline: Timeline) -> Iterator[TableRow]:
    """The rows of ``timeline``, in the order in which it happened.

    Of the server those are told in which it was seen doing something: that it works when it is
    given something, and sleeps then, goes without saying.
    """
    messages = {message.name: message for message in timeline.messages}
    seen = {span.first: span.what for span in timeline.spans if span.seen}
    for number, step in enumerate(timeline.steps):
        if step.kind in _DOES:
            yield TableRow(at=step.at, who=source_label(step.source), what=_DOES[step.kind])
        elif step.message in messages:
            message = messages[step.message]
            yield TableRow(at=step.at, who=source_label(step.source), what=None, message=message)
        if number in seen:
            yield TableRow(at=step.at, who=SERVER, what=seen[number])
