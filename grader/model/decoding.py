"""Decodes events strictly and within bounds: they come from where an untrusted program ran.

A run that was stored may come back from anywhere, so the bounds also keep a small file from taking
much memory or time.
"""

import base64
import binascii
import zlib

import msgspec

from grader.model.event import AnyEvent, LogFile, Replied, Scenario, Sent, TerminalOutput

LONGEST = 64 << 20
"""Bytes that a packed field may unpack to: twice the most that an agent keeps."""

MOST_UNPACKED = 192 << 20
"""Bytes that all packed fields of a run may unpack to. An agent keeps 32 MiB of logs for a scenario
until there are 64, and then 1 MiB."""

MOST_UNPACKED_AGAIN = 2 << 30
"""Bytes that may be read of them, if the same are read several times: for each part that shares
them, for example."""

MOST_EVENTS = 1 << 16
"""A right server's run has a thousand."""

MOST_PLAYS = 256
"""Scenarios and parts. There are eighteen, and each is played three times at most."""

MOST_MESSAGES = 4096
"""A right server is sent 190."""

MOST_PLAIN = 16 << 20
"""Bytes of all lines without packed data. In memory, they take a few times as many."""

_PACKED = (LogFile, Replied, TerminalOutput)


class EventError(ValueError):
    """A line is not an event of this version."""


_decoder = msgspec.json.Decoder(AnyEvent)


def parse_event(line: bytes) -> AnyEvent:
    """Decode one line.

    Raises:
        EventError: it is not an event, or has an invalid field.
    """
    try:
        decoded: AnyEvent = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EventError(str(error)) from error
    return decoded


class EventStream:
    """Decodes the lines of one run."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        """Those so far."""
        self._plays = self._messages = self._plain = 0

    def feed(self, line: bytes) -> AnyEvent:
        """Decode the next line, without its end.

        Raises:
            EventError: it is not an event, or there are too many.
        """
        event = parse_event(line)
        self._plays += isinstance(event, Scenario)
        self._messages += isinstance(event, Sent)
        self._plain += 0 if isinstance(event, _PACKED) else len(line)
        self.events.append(event)
        for count, most, what in (
            (len(self.events), MOST_EVENTS, "events"),
            (self._plays, MOST_PLAYS, "scenarios"),
            (self._messages, MOST_MESSAGES, "messages"),
            (self._plain, MOST_PLAIN, "bytes of events without files"),
        ):
            if count > most:
                raise EventError(f"more than {most} {what}")
        return event


def unpack(data: str) -> bytes:
    """The bytes of a packed field (zlib, then base64), :data:`LONGEST` of them at most.

    Raises:
        EventError: it is packed otherwise, or unpacks to more.
    """
    try:
        inflater = zlib.decompressobj()
        unpacked = inflater.decompress(base64.b64decode(data, validate=True), LONGEST + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise EventError(str(error)) from error
    if len(unpacked) > LONGEST:
        raise EventError("packed data is too large")
    if not inflater.eof or inflater.unused_data:
        raise EventError("packed data is truncated, or has trailing bytes")
    return unpacked


class Unpacker:
    """Unpacks the fields of one run: each once, and all of them within bounds. A few bytes may be
    packed that unpack to a thousand times as many."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}
        self._kept = self._read = 0

    def __call__(self, data: str) -> bytes:
        """The bytes of a packed field.

        Raises:
            EventError: as :func:`unpack`, or the run has more than :data:`MOST_UNPACKED` bytes.
        """
        unpacked = self._known.get(data)
        if unpacked is None:
            unpacked = self._known[data] = unpack(data)
            self.keep(len(unpacked))
        self._read += len(unpacked)
        if self._read > MOST_UNPACKED_AGAIN:
            raise EventError("packed data is read too often")
        return unpacked

    def keep(self, count: int) -> None:
        """Count ``count`` further bytes that are made of unpacked ones, and kept.

        Raises:
            EventError: the run has more than :data:`MOST_UNPACKED` bytes.
        """
        self._kept += count
        if self._kept > MOST_UNPACKED:
            raise EventError(f"its packed data unpacks to more than {MOST_UNPACKED >> 20} MiB")
