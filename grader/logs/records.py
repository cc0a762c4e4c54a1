"""Records: which messages a record mentions, and what kind of record it is.

A record is a line, or a leaf of JSON or XML. Its *form* is what is left when all that is known is
masked: see :class:`Form`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from grader.logs.encodings import decode, spellings
from grader.logs.mentions import Location
from grader.logs.streams import LogStream
from grader.model.history import Play

_LINE_END = re.compile(rb"[\r\n]")

_BEFORE, _BEHIND = 300, 600
"""Bytes of a record before a message's nonce, and from there on, that its form is made of."""


class Entry(NamedTuple):
    """A mention of a message, in its record."""

    offset: int
    start: int
    """The offset at which the record begins: no two records have the same."""
    number: int
    """The number of the record's line, or leaf."""


class StreamRecords:
    """The records of one stream that mention messages.

    ``locations``: each message in this stream. Those that are cut are in no record.
    """

    def __init__(self, stream: LogStream, locations: Mapping[str, Location]) -> None:
        self.stream = stream
        self.locations = locations
        self.entries: dict[str, list[Entry]] = {}
        """The records of each message, in order: one entry for each record."""
        self.mentioned: dict[int, set[str]] = {}
        """The messages that each record mentions, by the record's start."""
        offsets = sorted(
            (offset, name)
            for name, location in locations.items()
            if not location.cut
            for offset in location.offsets
        )
        self._leaves = stream.leaves if offsets else None
        starts = (
            (self._leaves.at(offset) for offset, _ in offsets)
            if self._leaves
            else _lines(stream.data, (offset for offset, _ in offsets))
        )
        for (offset, name), (start, number) in zip(offsets, starts, strict=True):
            mentioned = self.mentioned.setdefault(start, set())
            if name not in mentioned:
                mentioned.add(name)
                self.entries.setdefault(name, []).append(Entry(offset, start, number))

    def text_around(self, entry: Entry) -> str:
        """Return an entry's record as text, or the part of it near the message."""
        data = self.stream.data
        if self._leaves:
            first, last = self._leaves.span(entry.offset)
            first, last = max(first, entry.offset - _BEFORE), min(last, entry.offset + _BEHIND)
            return decode(data[first:last], cut=True)
        most = min(len(data), entry.offset + _BEHIND)
        end = _LINE_END.search(data, entry.offset, most)
        start = max(entry.start, entry.offset - _BEFORE)
        return decode(data[start : end.start() if end else most], cut=True)


def _lines(data: bytes, offsets: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield, for each of ``offsets`` in order, where its line begins, and the line's number."""
    returns = b"\r" in data
    at, start, number = 0, 0, 1
    for offset in offsets:
        last = data.rfind(b"\n", at, offset)
        ends = data.count(b"\n", at, offset) if last >= 0 else 0
        if returns:
            last = max(last, data.rfind(b"\r", at, offset))
            ends += data.count(b"\r", at, offset) - data.count(b"\r\n", at, offset)
        if last >= 0:
            start = last + 1
            number += ends
        at = offset
        yield start, number


# --- forms ---

_OWN, _OTHER, _CLIENT, _DIGITS = "\1", "\2", "\3", "#"
_MESSAGES = frozenset((_OWN, _OTHER))
_TIME = (
    r"(?:\d{4}[-/.]\d\d?[-/.]\d\d?[ T]?)?\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?"
    r"|\b\d{10}(?:\.\d+)?\b"
)
"""The time of a record, in the usual forms: with a date before it, or in seconds since 1970."""
_KNOWN = re.compile(rf"(?P<time>{_TIME})|(?P<letters>[jqxz]{{3,}})|(?P<number>[0-9]+)", re.ASCII)
"""What is masked in a record, apart from the rest of a message's text."""
_AROUND = re.compile(rf" ?([{_OWN}{_OTHER}]) ?")
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1f\x7f]")
"""Characters of a binary log that are no text, such as the bytes of a length."""
_WORD = re.compile(r"[^\W\d_]|[-=]>|→")


class Form(NamedTuple):
    """A record of one message, without what differs from one message to the next."""

    skeleton: str
    """The record in small letters, without times, with white space collapsed (and none beside
    messages). The message's
    text, other messages, the ports of clients and numbers are masked, each by a character of its
    own; neighbouring messages count as one."""
    names: tuple[str, ...]
    """What is masked, in order, but for the message's own text: other messages, clients, and
    numbers, any of which may name a receiver."""

    @property
    def has_word(self) -> bool:
        """Whether a word or an arrow says what the record is."""
        return bool(_WORD.search(self.skeleton))


class Masks:
    """Makes forms of records. ``play``: what is known."""

    def __init__(self, play: Play) -> None:
        self._names = {message.nonce: message.name for message in play.messages}
        self._tails = {m.name: _spelled(m.text[len(m.nonce) :]) for m in play.messages}
        self._ports = play.client_ports
        self._size = max(map(len, self._names), default=0)

    def form(self, text: str, own: str) -> Form:
        """Return the form of a record with ``text`` as a record of the message ``own``."""
        text = _CONTROL.sub("", text.lower())
        masked: list[str] = []
        names: list[str | None] = []
        at = 0
        while known := _KNOWN.search(text, at):
            masked.append(text[at : known.start()])
            at = known.end()
            match known.lastgroup:
                case "number":
                    source = self._ports.get(known[0])
                    masked.append(_CLIENT if source else _DIGITS)
                    names.append(source or known[0])
                case "letters" if name := self._names.get(known[0][: self._size]):
                    at = known.start() + self._size
                    at += max(_common(text[at:], tail) for tail in self._tails[name])
                    self._add(masked, names, _OWN if name == own else _OTHER, name)
                case "letters":
                    self._add(masked, names, _OTHER, known[0])
        masked.append(text[at:])
        skeleton = _AROUND.sub(r"\1", " ".join("".join(masked).split()))
        return Form(skeleton, tuple(name for name in names if name is not None))

    @staticmethod
    def _add(masked: list[str], names: list[str | None], mask: str, name: str) -> None:
        """Add a message to what is ``masked``, or to the message right before it."""
        if len(masked) > 1 and not masked[-1].strip() and masked[-2] in _MESSAGES:
            masked.pop()
            masked[-1] = _OWN if _OWN in (mask, masked[-1]) else mask
            names[-1] = None
            return
        masked.append(mask)
        names.append(None if mask == _OWN else name)


def _spelled(text: str) -> set[str]:
    """Return a text as a decoded record may spell it, in small letters."""
    if text.isascii():
        return {text.lower()}
    return {text.lower(), *(form.decode("utf-8", "replace").lower() for form in spellings(text))}


def _common(text: str, tail: str) -> int:
    """Return how many first characters two texts have in common."""
    if text.startswith(tail):
        return len(tail)
    return next((at for at, pair in enumerate(zip(text, tail, strict=False)) if pair[0] != pair[1]),
                min(len(text), len(tail)))  # fmt: skip
