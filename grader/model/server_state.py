"""What events say of the server at one moment, and of the time that it took."""

import msgspec

from grader.model.numbers import Number
from grader.model.vocabulary import CallName, InputKind, Running, WaitedFor


class ThreadState(msgspec.Struct, frozen=True, kw_only=True):
    """One thread of the server."""

    call: CallName | Running
    """The system call in which it sleeps."""
    timed: bool
    """Whether it may wake without new input: it runs, or its call has a timeout."""
    file: str = ""
    """The client, terminal, socket or path that the call waits for. Empty: no single one."""
    watches: tuple[str, ...] = ()
    """The files that a ``select`` or ``poll`` waits on to become readable."""


class PendingInput(msgspec.Struct, frozen=True, kw_only=True):
    """Input that the server has not consumed."""

    source: str
    what: InputKind
    size: Number
    """Bytes; 0 for a connection or a departure."""


class TimeSpent(msgspec.Struct, frozen=True, kw_only=True):
    """The time that the server let the agent wait, without what the machine and the agent took."""

    waited_for: WaitedFor
    slept: Number
    """Nanoseconds in which it neither ran nor waited for a processor."""
    ran: Number
    """Nanoseconds in which it used a processor."""
