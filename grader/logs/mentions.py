"""Mentions: the places of each message in a log stream.

A record's format is the student's own: a time, an address, a name before or after the text, in
any encoding, or escaped. So nothing is parsed. A message is recognised by its nonce, whose
letters no log prefix uses in such number; only ``exact-text`` asks for the whole text.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader.logs.alignment import align_pieces
from grader.logs.nonces import find_nonces
from grader.logs.streams import LogStream
from grader.model.history import Message


class Location(NamedTuple):
    """The places of a message in one stream."""

    stream: LogStream
    offsets: Sequence[int]
    """Its mentions, in order: at least one, and :data:`.nonces.PLACES` at most."""
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
    stream: LogStream,
    messages: Sequence[Message],
    letters_sent: int = 0,
    whole: Mapping[str, Sequence[int]] | None = None,
) -> dict[str, Location]:
    """Return the location of each message (by name) that the stream holds.

    ``letters_sent``: how many nonce letters the server was given, if ``messages`` are not all
    that it was sent. ``whole``: the offsets of whole nonces, where they are known already.
    """
    wanted = {message.nonce.encode(): message.name for message in messages}
    if whole is None:
        whole = find_nonces(stream.data, wanted)
    found = {name: Location(stream, whole[name]) for name in whole}
    lost = [message for message in messages if message.name not in found]
    if not lost:
        return found
    cut = align_pieces(stream, lost, max(letters_sent, sum(map(len, wanted))))
    return found | {name: Location(stream, ends, cut=True) for name, ends in cut.items()}
