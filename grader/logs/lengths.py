"""Length prefixes: records of a binary log that say how long they are, and need no line end.

Any byte may stand in a length: a letter, which looks like a label, or a line end. So they are taken
out where a file consists of such records from its first byte to its last.
"""

import re
from itertools import product
from typing import Literal

LONGEST = 1 << 18
"""Bytes of a file whose records are looked for."""

_SIZES = 8, 4, 2, 1
"""Bytes of a length. Half of a longer one is a length of zero, so that is tried first."""

_ORDERS: tuple[Literal["big", "little"], ...] = ("big", "little")

_NONCE = re.compile(rb"[jqxz]{16}", re.IGNORECASE)

_BINARY = re.compile(rb"[\0-\x08\x0b\x0c\x0e-\x1f]")
"""A byte that no text contains."""


def records_of(data: bytes) -> list[bytes]:
    """Return the records of a file without their lengths; empty: it does not consist of such
    records, or none of them has a text.

    A length is a number of bytes, in one size and byte order in all of the file. One of them at
    least is no text, and none stands within a nonce: a text may happen to look like lengths and
    records. Any byte may be a length of one byte, so if they are of one, the records are text.
    """
    if len(data) > LONGEST or not _BINARY.search(data):
        return []
    for size, order in product(_SIZES, _ORDERS):
        found, lengths = _split(data, size, order)
        whole = sum(map(_nonces, found)) == _nonces(data)
        text = size > 1 or not any(map(_BINARY.search, found))
        if any(found) and whole and text and _BINARY.search(lengths):
            return found
    return []


def _split(data: bytes, size: int, order: Literal["big", "little"]) -> tuple[list[bytes], bytes]:
    """Split a file into records and their lengths; neither, if that does not come out even."""
    found: list[bytes] = []
    lengths = b""
    at = 0
    while at < len(data):
        length = data[at : at + size]
        start = at + size
        at = start + int.from_bytes(length, order)
        if at > len(data):
            return [], b""
        lengths += length
        found.append(data[start:at])
    return found, lengths


def _nonces(data: bytes) -> int:
    return len(_NONCE.findall(data))
