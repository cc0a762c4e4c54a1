"""Decodes events strictly and within bounds: they come from where an untrusted program ran."""

import base64
import binascii
import zlib

import msgspec

from grader.model.event import AnyEvent

LONGEST = 64 << 20
"""Bytes that a packed field may unpack to: twice the most that an agent keeps."""


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
