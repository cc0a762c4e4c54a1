"""What the agent writes, one event a line: the only thing that passes from running to judging.

Events are decoded strictly and bounded: they come from a place where a stranger's program ran.

The format's history:

1. The first.
"""

import base64
import binascii
import zlib

import msgspec

from grader.model.vocabulary import (
    CallName,
    GaveUpHow,
    InputKind,
    Look,
    PartName,
    Phase,
    Running,
    ScenarioName,
    StopMethod,
    StuckHow,
)

LONGEST = 64 << 20
"""Bytes that one packed field may unpack to: twice the most that an agent keeps."""


class EventError(ValueError):
    """A line is no event of this version."""


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """Something that happened. ``at``: nanoseconds of the agent's monotonic clock."""

    at: int


class Agent(Event, frozen=True, kw_only=True, tag="agent"):
    """The first event: who speaks."""

    version: int
    python: str
    kernel: str
    machine: str


class Scenario(Event, frozen=True, kw_only=True, tag="scenario"):
    """A scenario begins; all that follows up to the next one belongs to it."""

    name: ScenarioName
    ending: str
    """What clients append to each message: nothing, or a newline."""
    typing: bool
    """False: typing has proved pointless, and nothing is typed."""


class Started(Event, frozen=True, kw_only=True, tag="started"):
    """The program was started."""

    taken: tuple[int, ...]
    """Ports on which others listened already."""


class Entered(Event, frozen=True, kw_only=True, tag="entered"):
    """Enter was pressed: it asked for something before it listened."""


class Listening(Event, frozen=True, kw_only=True, tag="listening"):
    """It listens on a TCP port."""

    address: str
    port: int


class Connecting(Event, frozen=True, kw_only=True, tag="connecting"):
    """A client asks for a connection."""

    source: str


class Connected(Event, frozen=True, kw_only=True, tag="connected"):
    """The kernel has connected it. The server need not have noticed."""

    source: str
    port: int


class Refused(Event, frozen=True, kw_only=True, tag="refused"):
    """The connection was refused: the server listens no longer."""

    source: str
    reason: str


class Sent(Event, frozen=True, kw_only=True, tag="sent"):
    """A source gives the server a message: the moment before its first byte."""

    message: str
    source: str
    text: str


class Broken(Event, frozen=True, kw_only=True, tag="broken"):
    """A client could not send: its connection is broken."""

    source: str


class Settled(Event, frozen=True, kw_only=True, tag="settled"):
    """The server has taken all that it was given."""

    asleep: bool
    """False: it never sleeps, and has had processor time for thousands of steps since."""


class PendingInput(msgspec.Struct, frozen=True, kw_only=True):
    """Input that waits for the server."""

    source: str
    what: InputKind
    size: int


class ThreadState(msgspec.Struct, frozen=True, kw_only=True):
    """One thread of the server."""

    call: CallName | Running
    """The system call it sleeps in; empty: it runs."""
    timed: bool
    """Whether that call ends by itself after some time."""
    file: str = ""
    """What the call waits for: a client, the terminal, a path."""
    watches: tuple[str, ...] = ()
    """What a ``select`` or ``poll`` waits for."""


class Stuck(Event, frozen=True, kw_only=True, tag="stuck"):
    """Proved: the server will not take what waits for it, as long as nothing else comes."""

    how: StuckHow
    waiting: tuple[PendingInput, ...]
    threads: tuple[ThreadState, ...]


class GaveUp(Event, frozen=True, kw_only=True, tag="gave-up"):
    """Not proved: the server has not taken its input within the time that a person waits."""

    how: GaveUpHow
    waiting: tuple[PendingInput, ...]
    threads: tuple[ThreadState, ...]


class Observed(Event, frozen=True, kw_only=True, tag="observed"):
    """What the server did while nothing was asked of it, for ``wall`` nanoseconds."""

    phase: Phase
    wall: int
    ran: int
    """Nanoseconds of processor time that it used."""
    waited: int
    """Nanoseconds in which it could have run and had no processor."""
    samples: int
    calls: dict[CallName | Running, int]
    """How often a thread was seen sleeping in each call; ``""``: seen running."""
    processes: int
    threads: tuple[ThreadState, ...]
    written: int
    """Bytes by which its files grew."""
    half_closed: tuple[str, ...] = ()
    """Clients that have left, and whose sockets it still holds."""


class Part(Event, frozen=True, kw_only=True, tag="part"):
    """A part begins: a scenario of its own, on the server of the one before."""

    name: PartName


class PartOver(Event, frozen=True, kw_only=True, tag="part-over"):
    """A part is over; what follows up to the next one belongs to none."""


class Restarted(Event, frozen=True, kw_only=True, tag="restarted"):
    """The server was stopped, and is started again."""

    by: StopMethod
    """What stopping it took."""


class ClosedByServer(Event, frozen=True, kw_only=True, tag="closed-by-server"):
    """The server closed a client's connection."""

    source: str


class Reset(Event, frozen=True, kw_only=True, tag="reset"):
    """A client's connection is reset."""

    source: str


class Left(Event, frozen=True, kw_only=True, tag="left"):
    """A client leaves, in order."""

    source: str


class Ended(Event, frozen=True, kw_only=True, tag="ended"):
    """The server ended by itself, with an exit ``code`` or by a ``signal``."""

    code: int | None
    signal: int | None
    out_of_memory: bool | None = None
    """Whether the kernel has ended something for want of memory since the start; None: it does not
    tell."""


class Stopping(Event, frozen=True, kw_only=True, tag="stopping"):
    """The scenario is over; what follows is the server's end, which is not what it is about."""


class MessagesFound(Event, frozen=True, kw_only=True, tag="found"):
    """Which messages could be seen in the server's files at a moment."""

    when: Look
    messages: tuple[str, ...]


class Stopped(Event, frozen=True, kw_only=True, tag="stopped"):
    """The server was stopped, and what that took."""

    by: StopMethod
    code: int | None
    signal: int | None
    took: int = 0
    """Nanoseconds since it was asked to end first."""


class Replied(Event, frozen=True, kw_only=True, tag="replied"):
    """What a client received in all."""

    source: str
    size: int
    data: str


class LogFile(Event, frozen=True, kw_only=True, tag="log"):
    """A file that the server wrote."""

    path: str
    size: int
    data: str
    until: str = ""
    """The last of the parts of which this tells: a later one's records have pushed out of the file
    what was in it. Empty: it is the file as it was when the server had been stopped."""


class TerminalOutput(Event, frozen=True, kw_only=True, tag="terminal"):
    """What the terminal showed."""

    data: str


class Chosen(Event, frozen=True, kw_only=True, tag="chosen"):
    """The server logs whole lines only: the client's play with this ending counts."""

    ending: str


class OutOfTime(Event, frozen=True, kw_only=True, tag="out-of-time"):
    """The time for the whole run was over before the last scenario."""


class Finished(Event, frozen=True, kw_only=True, tag="finished"):
    """The last event."""

    complete: bool
    """False: some scenarios had no point, since nothing of a client's was logged."""


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
    | Part
    | PartOver
    | Restarted
    | ClosedByServer
    | Reset
    | Left
    | Ended
    | Stopping
    | MessagesFound
    | Stopped
    | Replied
    | LogFile
    | TerminalOutput
    | Chosen
    | OutOfTime
    | Finished
)

_decoder = msgspec.json.Decoder(AnyEvent)


def parse_event(line: bytes) -> AnyEvent:
    """Decode one line.

    Raises:
        EventError: it is no event, or one of a field's values is not what it has to be.
    """
    try:
        decoded: AnyEvent = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EventError(str(error)) from error
    return decoded


def unpack(data: str) -> bytes:
    """The bytes of a packed field (base64 of zlib), :data:`LONGEST` of them at most.

    Raises:
        EventError: it is not packed so, or unpacks to more.
    """
    try:
        inflater = zlib.decompressobj()
        unpacked = inflater.decompress(base64.b64decode(data, validate=True), LONGEST + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise EventError(str(error)) from error
    if len(unpacked) > LONGEST:
        raise EventError("packed data is too large")
    if not inflater.eof or inflater.unused_data:
        raise EventError("packed data is cut off, or followed by something")
    return unpacked
