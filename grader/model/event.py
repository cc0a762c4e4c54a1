"""The events of a run: one JSON object a line, written by the agent, and read by the checks.

Nothing else passes from running to judging. :mod:`grader.model.decoding` reads the lines, and
``plan.VERSION`` is the version of the format.
"""

import msgspec

from grader.model.numbers import Number
from grader.model.server_state import PendingInput as PendingInput
from grader.model.server_state import ThreadState as ThreadState
from grader.model.server_state import TimeSpent as TimeSpent
from grader.model.vocabulary import (
    CallName,
    GaveUpHow,
    Look,
    OtherWaker,
    Phase,
    Running,
    ScenarioName,
    StopMethod,
    StuckHow,
)


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """Something that happened. ``at``: nanoseconds on the agent's monotonic clock."""

    at: Number


class Agent(Event, frozen=True, kw_only=True, tag="agent"):
    """The first event: the agent and the machine that it runs on."""

    version: Number
    python: str
    kernel: str
    machine: str


class Scenario(Event, frozen=True, kw_only=True, tag="scenario"):
    """A scenario begins. All events up to the next one belong to it."""

    name: ScenarioName
    ending: str
    """The text that clients append to each message: empty, or a newline."""
    typing: bool
    """False: typing has proved pointless, so nothing is typed."""
    fresh: bool = True
    """Whether the server is started for it. False: it is the server of the scenario before."""


class Started(Event, frozen=True, kw_only=True, tag="started"):
    """The program was started."""

    taken: tuple[Number, ...]
    """Ports on which other programs listened already."""


class Entered(Event, frozen=True, kw_only=True, tag="entered"):
    """Enter was pressed: the program read from the terminal before it listened."""


class Listening(Event, frozen=True, kw_only=True, tag="listening"):
    """The server listens on a TCP port, and has settled."""

    address: str
    port: Number


class Connecting(Event, frozen=True, kw_only=True, tag="connecting"):
    """A client requests a connection."""

    source: str


class Connected(Event, frozen=True, kw_only=True, tag="connected"):
    """The kernel has accepted the connection; the server need not have."""

    source: str
    port: Number


class Refused(Event, frozen=True, kw_only=True, tag="refused"):
    """The connection was refused: the server no longer listens."""

    source: str
    reason: str


class Sent(Event, frozen=True, kw_only=True, tag="sent"):
    """A source sends the server a message. Written before its first byte."""

    message: str
    source: str
    text: str


class Broken(Event, frozen=True, kw_only=True, tag="broken"):
    """A client could not send, because its connection is broken."""

    source: str


class Settled(Event, frozen=True, kw_only=True, tag="settled"):
    """The server has settled: it has consumed all of its input, and sleeps or is sleepless."""

    asleep: bool
    """False: sleepless. Since it consumed its input, it has used processor time for thousands of
    steps, or has not been found asleep for as long as the agent waits."""
    threads: tuple[ThreadState, ...] = ()
    """The threads, if the server sleeps until there is new input, and is not one thread that waits
    for all of it in ``select`` or ``poll``. Empty: it is, or that is unknown."""
    others: tuple[OtherWaker, ...] = ()
    """What else may have woken it, if it is one thread in ``select`` or ``poll``."""
    shown: Number | None = None
    """Bytes that the terminal has shown in this scenario by then; None: unknown, or too many."""


class Stuck(Event, frozen=True, kw_only=True, tag="stuck"):
    """Proved: the server will never consume ``waiting``, unless new input wakes it.

    ``shown``: as in :class:`Settled`.
    """

    how: StuckHow
    waiting: tuple[PendingInput, ...]
    threads: tuple[ThreadState, ...]
    shown: Number | None = None


class GaveUp(Event, frozen=True, kw_only=True, tag="gave-up"):
    """Not proved: the server has not consumed ``waiting`` in the time that the agent waits.

    ``shown``: as in :class:`Settled`.
    """

    how: GaveUpHow
    waiting: tuple[PendingInput, ...]
    threads: tuple[ThreadState, ...]
    shown: Number | None = None


class Observed(Event, frozen=True, kw_only=True, tag="observed"):
    """The server's behaviour during ``wall`` nanoseconds in which nothing was sent to it."""

    phase: Phase
    wall: Number
    ran: Number
    """Nanoseconds of processor time that it used."""
    waited: Number
    """Nanoseconds in which it was runnable, but had no processor."""
    sleeps: Number | None = None
    """How often its threads went to sleep of their own accord: each blocking call that did not
    return at once counts, however short, but not the wait for room in a full terminal. None:
    unknown."""
    samples: Number
    calls: dict[CallName | Running, Number]
    """In how many samples a thread slept in each call; ``""``: ran."""
    processes: Number
    """The most that lived at once."""
    threads: tuple[ThreadState, ...]
    watched: tuple[str, ...] | None = None
    """What its ``select`` or ``poll`` waited on to become readable, in any sample; None: unknown.
    It is read from the program's memory, so it may cost points, but never earn any."""
    written: Number
    """Bytes by which its files grew."""
    half_closed: tuple[str, ...] = ()
    """Clients that have left, and whose sockets it has not closed."""
    others: tuple[OtherWaker, ...] = ()
    """As in :class:`Settled`."""


class Restarted(Event, frozen=True, kw_only=True, tag="restarted"):
    """The server was stopped, and is being started again."""

    by: StopMethod
    """The way in which it was stopped."""


class ClosedByServer(Event, frozen=True, kw_only=True, tag="closed-by-server"):
    """The server closed a client's connection."""

    source: str


class Reset(Event, frozen=True, kw_only=True, tag="reset"):
    """A client's connection is reset."""

    source: str


class Left(Event, frozen=True, kw_only=True, tag="left"):
    """A client closes its connection, in order."""

    source: str


class Ended(Event, frozen=True, kw_only=True, tag="ended"):
    """The server ended on its own, with an exit ``code`` or by a ``signal``."""

    code: Number | None
    signal: Number | None
    out_of_memory: bool | None = None
    """Whether the kernel has killed something for lack of memory since the start; None: unknown."""


class Stopping(Event, frozen=True, kw_only=True, tag="stopping"):
    """The scenario is over. The events that follow are about what it leaves behind."""


class WentOn(Event, frozen=True, kw_only=True, tag="went-on"):
    """The server was left as it should be, so that the next scenario goes on with it. If it is
    stopped all the same, the events of that follow."""


class Discarded(Event, frozen=True, kw_only=True, tag="discarded"):
    """What was played of these scenarios does not count. It is played again, each on a server of
    its own."""

    scenarios: tuple[ScenarioName, ...]


class Logged(Event, frozen=True, kw_only=True, tag="logged"):
    """The files contain these messages for the first time: they are logged."""

    messages: tuple[str, ...]
    misplaced: tuple[str, ...] = ()
    """Those that stand before one that was sent and logged earlier, in each file that has them."""


class Rewritten(Event, frozen=True, kw_only=True, tag="rewritten"):
    """The server has rewritten its files since the agent looked at them last: messages have
    vanished from all of them, or stand in another order in one."""

    messages: tuple[str, ...]
    """Those that have vanished."""
    unprompted: bool
    """Whether it may have done so without input, such as by a timer. Then the files as they were at
    the look before follow. (False: while it handled further input, it lost what had come before.)
    """


class MessagesFound(Event, frozen=True, kw_only=True, tag="found"):
    """The messages that the files contained, or had contained before they were rewritten
    unprompted."""

    when: Look
    messages: tuple[str, ...]


class Stopped(Event, frozen=True, kw_only=True, tag="stopped"):
    """The server was stopped."""

    by: StopMethod
    code: Number | None
    signal: Number | None
    took: Number = 0
    """Nanoseconds since it was first asked to end."""


class Replied(Event, frozen=True, kw_only=True, tag="replied"):
    """What a client received, up to 4 KiB, written at the scenario's end."""

    source: str
    size: Number
    data: str


class LogFile(Event, frozen=True, kw_only=True, tag="log"):
    """A file that the server wrote; where it goes on to another scenario, and has begun before
    this one, what this one has added to it."""

    path: str
    size: Number
    data: str
    written: Number = 0
    """Time of its last write, as :attr:`Event.at`; 0: unknown, or before the agent was started."""
    rewritten: bool = False
    """The file as it was before the event ``rewritten`` above."""


class TerminalOutput(Event, frozen=True, kw_only=True, tag="terminal"):
    """All that the terminal showed in this scenario."""

    data: str


class Chosen(Event, frozen=True, kw_only=True, tag="chosen"):
    """The server logs whole lines only, so the ``client`` play with this ending counts."""

    ending: str


class OutOfTime(Event, frozen=True, kw_only=True, tag="out-of-time"):
    """The time for the whole run was over before its last scenario was."""

    spent: tuple[TimeSpent, ...] = ()
    """What the server itself has spent of it."""


class OutOfMemory(Event, frozen=True, kw_only=True, tag="out-of-memory"):
    """The sandbox ran out of memory in two runs, so that the kernel killed the agent. Only the
    grader writes this, as the last event of the second run."""


class Finished(Event, frozen=True, kw_only=True, tag="finished"):
    """The last event."""

    complete: bool
    """False: some scenarios were left out as pointless, since no client was logged."""


AnyEvent = (
    Agent
    | Scenario
    | Started
    | Entered
    | Listening
    | Connecting
    | Connected
    | Refused
    | Sent
    | Broken
    | Settled
    | Stuck
    | GaveUp
    | Observed
    | Restarted
    | ClosedByServer
    | Reset
    | Left
    | Ended
    | Stopping
    | WentOn
    | Discarded
    | Logged
    | Rewritten
    | MessagesFound
    | Stopped
    | Replied
    | LogFile
    | TerminalOutput
    | Chosen
    | OutOfTime
    | OutOfMemory
    | Finished
)
