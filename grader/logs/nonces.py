"""Finds whole nonces, and runs of their letters, in bytes."""

import re
from collections.abc import Collection, Iterator, Mapping

from grader.logs.search import Words

PLACES = 1000
"""Mentions of one message that are noted, the first ones. By then it is known to be repeated; only
a flood has more, and would take as much memory as the log."""

RUN = re.compile(rb"[jqxzJQXZ]+")
"""A maximal run of nonce letters."""

_MASK = bytes(byte in b"jqxzJQXZ" for byte in range(256))
"""Translates these letters to ones and all other bytes to zeros."""

Piece = tuple[int, bytes]
"""A run of letters: its offset, and the letters in lower case."""


def letter_runs(data: bytes, shortest: int) -> Iterator[Piece]:
    """Yield each maximal run of at least ``shortest`` nonce letters: its offset, and the letters
    in lower case.

    Where runs are few this is several times as fast as a regular expression.
    """
    mask = data.translate(_MASK)
    start = mask.find(b"\1" * shortest)
    while start >= 0:
        end = mask.find(b"\0", start)
        end = len(mask) if end < 0 else end
        yield start, data[start:end].lower()
        start = mask.find(b"\1" * shortest, end)


def find_nonces(data: bytes, wanted: Mapping[bytes, str]) -> dict[str, list[int]]:
    """Return the offsets at which each of the nonces ``wanted`` is whole, by message.

    A message that is nowhere is missing; of one that is everywhere, :data:`PLACES` are noted.
    """
    offsets: dict[str, list[int]] = {}
    full = 0
    for name, offset in _whole(data, wanted):
        noted = offsets.setdefault(name, [])
        if len(noted) < PLACES:
            noted.append(offset)
            full += len(noted) == PLACES
            if full == len(wanted):
                break
    return offsets


def _whole(data: bytes, wanted: Mapping[bytes, str]) -> Iterator[tuple[str, int]]:
    """Yield each place at which one of the nonces ``wanted`` is whole: its message, the offset."""
    words = None
    shortest = _shortest(wanted)
    for start, letters in letter_runs(data, shortest):
        name = wanted.get(letters)
        if name is not None:  # by far the most common case
            yield name, start
            continue
        if len(letters) == shortest:  # another play's
            continue
        words = words or Words(wanted)
        for nonce, at in words.find(letters):
            yield wanted[nonce], start + at


def _shortest(words: Collection[bytes]) -> int:
    return min(map(len, words), default=1)
