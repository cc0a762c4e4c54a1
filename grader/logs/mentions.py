"""Mentions: the places of each message in a log stream.

A record's format is the student's own: a time, an address, a name before or after the text, in
any encoding, or escaped. So nothing is parsed. A message is recognised by its nonce, whose
letters no log prefix uses in such number; only ``exact-text`` asks for the whole text.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.logs.alignment import align_pieces, letter_runs
from grader.logs.search import Words
from grader.logs.streams import LogStream
from grader.model.history import Message

PLACES = 1000
"""Mentions of one message that are noted, the first ones. By then it is known to be repeated; only
a flood has more, and would take as much memory as the log."""


class Location(NamedTuple):
    """The places of a message in one stream."""

    stream: LogStream
    offsets: Sequence[int]
    """Its mentions, in order: at least one, and :data:`PLACES` at most."""
    cut: bool = False
    """Whether it is there in pieces. Then it is there once, and begins at the first of ``offsets``,
    at the last, or between them."""

    @property
    def line(self) -> int:
        """The number of the first line that mentions it."""
        return self.stream.line_at(self.offsets[0])

    @property
    def lines(self) -> set[int]:
        """The numbers of all lines that mention it."""
        if self.cut:
            return {self.line}
        return {self.stream.line_at(offset) for offset in self.offsets}


def find_mentions(
    stream: LogStream, messages: Sequence[Message], letters_sent: int = 0
) -> dict[str, Location]:
    """Return the location of each message (by name) that the stream holds.

    ``letters_sent``: how many nonce letters the server was given, if ``messages`` are not all
    that it was sent.
    """
    wanted = {message.nonce.encode(): message.name for message in messages}
    offsets: dict[str, list[int]] = {}
    full = 0
    for name, offset in _whole(stream.data, wanted):
        noted = offsets.setdefault(name, [])
        if len(noted) < PLACES:
            noted.append(offset)
            full += len(noted) == PLACES
            if full == len(wanted):
                break
    found = {name: Location(stream, offsets[name]) for name in offsets}
    lost = [message for message in messages if message.name not in found]
    if not lost:
        return found
    cut = align_pieces(stream, lost, max(letters_sent, sum(map(len, wanted))))
    return found | {name: Location(stream, ends, cut=True) for name, ends in cut.items()}


def _whole(data: bytes, wanted: dict[bytes, str]) -> Iterator[tuple[str, int]]:
    """Yield each place at which one of the nonces ``wanted`` is whole: its message, the offset."""
    words = None
    shortest = min(map(len, wanted), default=1)
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
