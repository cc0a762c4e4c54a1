"""Packed fields of events: bytes as text."""

import base64
import binascii
import zlib

LONGEST = 64 << 20
"""Bytes that a packed field may unpack to: twice the most that an agent keeps."""


class EventError(ValueError):
    """A line is not an event of this version."""


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
