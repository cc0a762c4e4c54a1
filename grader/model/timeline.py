"""A play as reports draw it: its sources, their messages, the server, and the log."""

from typing import Literal

import msgspec

from grader.model.text import Text
from grader.model.vocabulary import ScenarioName

State = Literal["works", "sleeps", "spins", "stuck", "gone"]
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
    """Something that happened to the server, or that it did. Steps are in order."""

    at: int
    """Nanoseconds since the play began."""
    kind: Kind
    source: str = ""
    """Who did it: ``terminal``, ``client N``; empty for the server."""
    message: str = ""
    """The message that was sent; empty for other steps."""
    line: int = 0
    """The line of the program that handles it, or at which the server was then; 0: unknown."""
    shown: int | None = None
    """How many of the timeline's lines of the terminal were there by then; None: unknown."""


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A line of one of the logs."""

    log: int
    """An index into the timeline's logs."""
    line: int
    """The line number, from 1."""


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A message, and where it is logged."""

    name: str
    source: str
    text: str
    step: int
    """The index of the step in which it was sent."""
    spots: tuple[Spot, ...]
    """Where it is logged: one line, or the first ones if it is ``repeated``; empty if nowhere."""
    written: int
    """The index of the step by which it was in a file: the last one if nobody saw it earlier."""
    crossed: bool
    """Whether it is on the wrong side of another message, one that had settled before it was sent
    or was sent after it had settled."""
    repeated: bool
    """Whether it is logged more often than it was sent."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """What the server did from step ``first`` up to, but not including, step ``last``."""

    first: int
    last: int
    state: State
    what: Text
    """The same as a sentence."""
    seen: bool
    """Whether it was observed. If not, only ``works`` or ``sleeps`` is known."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Where a play shows why checks failed."""

    step: int
    """The index of the step at which it shows."""
    checks: tuple[str, ...]
    """The checks that failed for it; none where the server did not go on, and no check failed."""
    what: Text
    """What was observed, as a sentence."""
    label: Text
    """The same in a few words."""
    messages: tuple[str, ...] = ()
    """The names of the messages that it is about."""
    waits_for: str = ""
    """The source for which the server waits, if it is blocked."""
    waiting: tuple[str, ...] = ()
    """The sources whose input the server does not read."""


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a log."""

    number: int
    text: str
    messages: tuple[str, ...]
    """The names of the messages that begin in it."""
    before: int
    """How many lines directly above it are left out."""


class LogExcerpt(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of a log that are shown."""

    path: str
    lines: tuple[LogLine, ...]


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """One play."""

    scenario: ScenarioName
    sources: tuple[str, ...]
    """In drawing order: the terminal, then the clients in the order in which they came."""
    steps: tuple[Step, ...]
    messages: tuple[Drawn, ...]
    spans: tuple[Span, ...]
    logs: tuple[LogExcerpt, ...]
    """The logs that hold any message, the one that holds most of them first."""
    terminal: tuple[str, ...]
    """The last lines on the server's terminal."""
    remark: Text | None
    """What kept the server from going on; None if nothing did."""
    faults: tuple[Fault, ...] = ()
    """In the order of their steps."""
