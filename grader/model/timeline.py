"""What happened in a play, as it is drawn: sources, messages, the server, the log."""

from typing import Literal

import msgspec

from grader.model.text import Text

State = Literal["works", "sleeps", "spins", "gone"]
Kind = Literal[
    "start",
    "connect",
    "send",
    "leave",
    "closed-by-server",
    "settle",
    "watch",
    "restart",
    "fail",
    "stop",
]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to the server from outside, or that it did. Steps are in order."""

    at: int
    """Nanoseconds since the play began."""
    kind: Kind
    source: str = ""
    """Whose it is: ``terminal``, ``client N``; empty: the server's own."""
    message: str = ""
    """The message that is sent."""


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A line of one of the logs."""

    log: int
    """Which of the timeline's logs, from 0."""
    line: int
    """Its number, from 1."""


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A message."""

    name: str
    source: str
    text: str
    step: int
    """The step in which it was sent."""
    spots: tuple[Spot, ...]
    """Where it is logged: one place, or if it is ``repeated`` the first ones; empty: nowhere."""
    crossed: bool
    """It stands on the wrong side of another message, which was settled before it was sent, or
    sent after it was settled."""
    repeated: bool
    """It is logged more often than it was sent."""

    @property
    def faulty(self) -> bool:
        """Whether it is not logged as it ought to be."""
        return not self.spots or self.crossed or self.repeated


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """What the server did from one step up to another one, which is not part of it."""

    first: int
    last: int
    state: State
    what: Text
    """In a sentence."""
    seen: bool
    """Whether somebody looked: else it is only known that it works, or sleeps."""


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the log that is shown."""

    number: int
    text: str
    messages: tuple[str, ...]
    """The messages that begin in it."""
    before: int
    """How many lines just above it are left out."""


class LogExcerpt(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of a log that are shown."""

    path: str
    lines: tuple[LogLine, ...]


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """One play."""

    scenario: str
    sources: tuple[str, ...]
    """In the order in which they are drawn: the terminal, then the clients as they came."""
    steps: tuple[Step, ...]
    messages: tuple[Drawn, ...]
    spans: tuple[Span, ...]
    logs: tuple[LogExcerpt, ...]
    """Those that hold any message, the one that holds most of them first."""
    terminal: tuple[str, ...]
    """The last lines that the server's terminal showed."""
    remark: Text | None
    """What kept the server from going on; None: nothing."""

    @property
    def tells(self) -> bool:
        """Whether there is something to be seen in it: something went wrong, the server was watched
        and did not rest, or there is more than one log."""
        watched = {n for n, step in enumerate(self.steps) if step.kind == "watch"}
        restless = any(span.state == "spins" and span.first in watched for span in self.spans)
        faulty = self.remark is not None or any(m.faulty for m in self.messages)
        return faulty or restless or len(self.logs) > 1
