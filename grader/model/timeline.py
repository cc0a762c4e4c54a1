"""What happened in a play, as it is drawn: sources, messages, the server, the log."""

from typing import Literal

import msgspec

from grader.model.text import Text

State = Literal["works", "sleeps", "gone"]
Kind = Literal["start", "connect", "send", "leave", "settle", "fail", "stop"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to the server from outside, or that it did. Steps are in order."""

    at: int
    """Nanoseconds since the play began."""
    kind: Kind
    source: str = ""
    """Whose it is: ``terminal``, ``client N``; empty: the server's own."""
    message: str = ""
    """The message that is sent."""


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A message."""

    name: str
    source: str
    text: str
    step: int
    """The step in which it was sent."""
    line: int | None
    """Its line in the log, from 1; None: it is not there."""
    crossed: bool
    """It stands on the wrong side of another message, which was settled before it was sent, or
    sent after it was settled."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """What the server did from one step up to another one."""

    first: int
    last: int
    state: State
    what: Text
    """In a sentence."""


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the log that is shown."""

    number: int
    text: str
    messages: tuple[str, ...]
    """The messages that begin in it."""


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """One play."""

    scenario: str
    sources: tuple[str, ...]
    """In the order in which they are drawn: the terminal, then the clients as they came."""
    steps: tuple[Step, ...]
    messages: tuple[Drawn, ...]
    spans: tuple[Span, ...]
    path: str
    """The log's name; empty: there is none."""
    log: tuple[LogLine, ...]
    left_out: int
    """Lines of the log that are not shown."""
    terminal: tuple[str, ...]
    """The last lines that the server's terminal showed."""
    remark: Text | None
    """What kept the server from going on; None: nothing."""

    @property
    def faulty(self) -> bool:
        """Whether anything in it went wrong."""
        return self.remark is not None or any(m.line is None or m.crossed for m in self.messages)
