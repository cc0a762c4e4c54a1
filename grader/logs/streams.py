"""Where each message is in what the server wrote.

A record's format is the student's own: a time, an address, a name before or after the text, in
any encoding, or escaped. So nothing is parsed. A message is recognised by its nonce, whose
letters no log prefix uses; only ``exact-text`` asks for the whole text.
"""

import bisect
import codecs
import heapq
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

from grader.logs.search import Words
from grader.model.history import File, Message, Play

_LETTERS = b"jqxzJQXZ"
_RUN = re.compile(rb"[jqxzJQXZ]+")
_MASK = bytes(byte in _LETTERS for byte in range(256))
"""Turns these letters into ones, and all other bytes into zeros."""

_PIECES = 100_000
"""Stretches of such letters among which cut messages are looked for. A server that reads byte
by byte leaves a thousand; only a flood has more, and would take minutes."""

_STRAY = 2
"""Letters of others' that may happen to look like pieces."""

_WAYS = 1000
"""Ways of putting a long text together that are followed at once: a prefix of each record that
happens to fit adds one."""

_PLACES = 1000
"""Places of one message that are noted, the first ones: that it is there again and again is known
by then, and only a flood has more."""

_SHOWN = 400
"""Bytes of a line that are shown."""

_NUMBER = re.compile(r"\.(\d{1,3})$", re.ASCII)
_DATE = re.compile(r"(19|20)\d\d[-_.]?\d\d?[-_.]?\d\d?([-_. T]?[\d:：.\-_]*\d)?", re.ASCII)
_LAST_DATE = re.compile(rf"\.{_DATE.pattern}$", re.ASCII)


def same_log(path: str) -> str:
    """What the names of one log's files have in common.

    A ``RotatingFileHandler`` numbers the older ones (``log.2`` is older than ``log.1``), a
    ``TimedRotatingFileHandler`` dates them (``log.2024-05-01``), and a name made from the date
    changes while a server runs; a number alone in a name may be a client's, and makes another
    log.
    """
    folder, _, name = path.rpartition("/")
    name = _DATE.sub("<date>", name)
    name = _NUMBER.sub("", name).removesuffix(".<date>")
    return f"{folder}/{name}"


def _oldest_first(files: list[File], *, upwards: bool = False) -> tuple[File, ...]:
    """The files of one log in the order in which they were written; see :attr:`Book.upwards`."""
    paths = {file.path for file in files}

    def age(file: File) -> tuple[_Natural, bool, int, _Natural]:
        number, date = _NUMBER.search(file.path), _LAST_DATE.search(file.path)
        for rotated in (number, date):
            # Only beside the current file is it an older one: a date may end so, too.
            if rotated and file.path[: rotated.start()] in paths:
                base = file.path[: rotated.start()]
                order = int(number[1]) if rotated is number and number else 0
                order = order if upwards else -order
                return (_natural(base), False, order, _natural(file.path))
        return (_natural(file.path), True, 0, [])

    return tuple(sorted(files, key=age))


_Natural = list[str | int]


def _natural(path: str) -> _Natural:
    """Orders ``9:59`` before ``10:00``."""
    parts: _Natural = list(re.split(r"([0-9]+)", path))
    parts[1::2] = [int(part) for part in parts[1::2]]
    return parts


@dataclass(frozen=True)
class Book:
    """One log: a file, or the files that it was spread over, oldest first."""

    files: tuple[File, ...]

    @property
    def path(self) -> str:
        """The newest file's path."""
        return self.files[-1].path

    @property
    def upwards(self) -> "Book":
        """The same, its files numbered by a program that gives the first one that is full the
        number 1, and the next one 2."""
        return Book(_oldest_first(list(self.files), upwards=True))

    @cached_property
    def data(self) -> bytes:
        """All of it, in an encoding that keeps ASCII as it is."""
        return b"".join(_narrow(file.data) for file in self.files)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *accumulate(map(len, self.data.splitlines(keepends=True)))]

    def line(self, offset: int) -> int:
        """The number of the line (from 1) in which ``offset`` lies."""
        return bisect.bisect_right(self._line_starts, offset)

    def same_line(self, former: int, latter: int) -> bool:
        """Whether no line ends between two offsets."""
        return all(self.data.find(end, former, latter) < 0 for end in (b"\n", b"\r"))

    def text(self, line: int) -> str:
        """A line as text, shortened; bytes that are none are shown as escapes."""
        start = self._line_starts[line - 1]
        end = self._line_starts[line] if line < len(self._line_starts) else len(self.data)
        if end - start > _SHOWN:
            return decode(self.data[start : start + _SHOWN], cut=True)
        return decode(self.data[start:end].rstrip(b"\r\n"))

    @property
    def lines(self) -> int:
        """How many lines it has; what follows the last line's end counts if it is anything."""
        return len(self._line_starts) - 1

    def places(self, messages: Sequence[Message], given: int = 0) -> dict[str, "Place"]:
        """For each message that is logged (by name): where.

        ``given``: how many of the nonces' letters its server was given, if these messages hold
        not all.
        """
        wanted = {message.nonce.encode(): message.name for message in messages}
        found: dict[str, list[int]] = {}
        full = 0
        for name, offset in self._mentions(wanted):
            offsets = found.setdefault(name, [])
            if len(offsets) < _PLACES:
                offsets.append(offset)
                full += len(offsets) == _PLACES
                if full == len(wanted):
                    break
        places = {name: Place(self, found[name]) for name in found}
        lost = [message for message in messages if message.name not in found]
        return places | self._in_pieces(lost, max(given, sum(map(len, wanted)))) if lost else places

    def _mentions(self, wanted: dict[bytes, str]) -> Iterator[tuple[str, int]]:
        """Each place at which one of the nonces ``wanted`` is whole: its message, the offset."""
        words = None
        shortest = min(map(len, wanted), default=1)
        for start, letters in self._runs(shortest):
            name = wanted.get(letters)
            if name is not None:  # by far the most usual
                yield name, start
                continue
            if len(letters) == shortest:  # another's
                continue
            words = words or Words(wanted)
            for nonce, at in words.find(letters):
                yield wanted[nonce], start + at

    def _runs(self, shortest: int) -> Iterator[tuple[int, bytes]]:
        """The stretches of the nonces' letters, in small ones, that are not shorter, and where.

        Several times as fast as a regular expression where there are few.
        """
        mask = self.data.translate(_MASK)
        start = mask.find(b"\1" * shortest)
        while start >= 0:
            end = mask.find(b"\0", start)
            end = len(mask) if end < 0 else end
            yield start, self.data[start:end].lower()
            start = mask.find(b"\1" * shortest, end)

    def _in_pieces(self, lost: list[Message], given: int) -> dict[str, "Place"]:
        """Messages that a small receive buffer has cut into records; ``given`` letters were sent.

        Then all pieces but the last have one size and stand equally far from their lines' ends, in
        order, with those of others in between. There are no more of them than were sent, and none
        of a message before all of one that was settled before it was sent. Anything looser would
        put a lost message together from the letters of other records, or from letters that were
        written to be found.
        """
        kinds: dict[tuple[int, int], list[tuple[int, bytes]]] = {}
        latest: dict[bytes, int] = {}
        for start, letters in islice(self._runs(1), _PIECES):
            latest[letters] = start
            end = start + len(letters)
            kind = len(letters), self._line_end(start) - end
            kinds.setdefault(kind, []).append((start, letters))
        found: dict[str, Place] = {}
        ends: list[tuple[Message, int]] = []
        for message in sorted(lost, key=lambda message: message.sent):
            nonce = message.nonce.encode()
            after = max(
                (end for m, end in ends if m.settled is not None and m.settled < message.sent),
                default=-1,
            )
            for (size, _), pieces in kinds.items():
                if len(pieces) > given // size + _STRAY:
                    continue
                put = _put_together(nonce, size, pieces, latest, after)
                if put is not None:
                    *begins, end = put
                    found[message.name] = Place(self, begins, cut=True)
                    ends.append((message, end))
                    break
        return found

    def _line_end(self, offset: int) -> int:
        line = self.line(offset)
        return self._line_starts[line] if line < len(self._line_starts) else len(self.data)

    def holds_in_order(self, text: str) -> int:
        """How many of the text's first characters are in it, in order.

        ``text`` begins with a nonce and is made of the nonces' letters (and spaces, which do
        not count); it may be in any number of pieces, with records' prefixes in between.
        """
        letters = text.replace(" ", "").encode()
        skipped = len(text) - len(letters)
        reached = {0}
        for run in _RUN.finditer(self.data):
            piece = run[0].lower()
            reached |= {at + len(piece) for at in reached if letters.startswith(piece, at)}
            if len(letters) in reached:
                break
            if len(reached) > _WAYS:
                reached = set(heapq.nlargest(_WAYS // 2, reached))
        most = max(reached)
        return most + skipped if most else 0

    def holds_exactly(self, text: str) -> bool:
        """Whether ``text`` is in it unaltered and in one piece.

        UTF-8, UTF-16, GBK, or escaped by ``json`` or ``repr`` (of the text, or of its bytes, or one
        by the other), or in character references of XML, where that reads back exactly.
        """
        as_it_is = b"".join(file.data for file in self.files)
        return any(form in data for form in _forms(text) for data in (self.data, as_it_is))


class Place(NamedTuple):
    """Where a message is logged."""

    book: Book
    offsets: Sequence[int]
    """In order; at least one, and :data:`_PLACES` at most."""
    cut: bool = False
    """Whether it is there in pieces, which can often be put together in several ways. It is
    there once then, and begins at the first of ``offsets``, at the last, or between them."""

    @property
    def line(self) -> int:
        """The number of the line at which it is logged first."""
        return self.book.line(self.offsets[0])

    @property
    def lines(self) -> set[int]:
        """The numbers of all such lines."""
        return {self.line} if self.cut else {self.book.line(offset) for offset in self.offsets}


def _put_together(
    nonce: bytes,
    size: int,
    pieces: list[tuple[int, bytes]],
    latest: dict[bytes, int],
    after: int,
) -> tuple[int, int, int] | None:
    """Where a nonce begins that is cut into ``pieces`` of ``size``, all behind ``after``: the first
    place and the last that are possible, and where the first way ends; None: it is not there.

    ``latest`` is where each stretch of letters stands last in the log.
    """
    if size >= len(nonce):
        return None
    wanted = [nonce[at : at + size] for at in range(0, len(nonce), size)]
    end = latest.get(wanted.pop(), -1) if len(wanted[-1]) < size else None
    pieces = pieces[bisect.bisect_right(pieces, (after + 1, b"")) :]
    if end is not None:
        pieces = pieces[: bisect.bisect_left(pieces, (end, b""))]
    forwards = _follow(wanted, pieces)
    if not forwards:
        return None
    backwards = _follow(wanted[::-1], reversed(pieces))
    return forwards[0], backwards[-1], forwards[-1]


def _follow(wanted: list[bytes], pieces: Iterable[tuple[int, bytes]]) -> list[int]:
    """The first places at which ``wanted`` are found one after the other; empty: they are not."""
    places: list[int] = []
    for place, piece in pieces:
        if piece == wanted[len(places)]:
            places.append(place)
            if len(places) == len(wanted):
                return places
    return []


def _forms(text: str) -> set[bytes]:
    utf8, gbk = text.encode(), text.encode("gbk", "replace")
    escaped = {
        json.dumps(text)[1:-1].encode(),
        ascii(text)[1:-1].encode(),
        repr(utf8)[2:-1].encode(),
        repr(gbk)[2:-1].encode(),
    }
    references = text.encode("ascii", "xmlcharrefreplace")
    return {utf8, gbk, references, *escaped, *(form.replace(b"\\", b"\\\\") for form in escaped)}


def _narrow(data: bytes) -> bytes:
    """UTF-16 as UTF-8, and everything else as it is."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    # ASCII in little-endian order has its zeros in the odd places, and nowhere else.
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if 4 * max(even, odd) < len(data) // 2 or 10 * min(even, odd) > max(even, odd):
        return data
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = data.decode(encoding, "replace")
    return text.replace("\ufeff", "").encode("utf-8", "replace")


def decode(data: bytes, *, cut: bool = False) -> str:
    """Bytes as text: UTF-8, else GBK, else with escapes.

    ``cut``: the last character may not be whole, and is left out then.
    """
    for encoding in ("utf-8", "gbk"):
        try:
            return codecs.getincrementaldecoder(encoding)().decode(data, not cut)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "backslashreplace")


def books(play: Play) -> list[Book]:
    """The logs that a play's files make up."""
    families: dict[str, list[File]] = {}
    paths, copies = {file.path for file in play.files}, _copies(play.files)
    for file in play.files:
        # A number is a rotated file's where the current one is there: it may be a client's.
        numbered = _NUMBER.search(file.path) and not _DATE.search(file.path)
        alone = file.path in copies or (numbered and _NUMBER.sub("", file.path) not in paths)
        families.setdefault(file.path if alone else same_log(file.path), []).append(file)
    return [Book(_oldest_first(files)) for files in families.values()]


def _copies(files: Iterable[File]) -> set[str]:
    """The files that are copies: what is in them is what another one began with."""
    # Sorted, whatever begins with a text stands right behind it.
    listed = sorted((file for file in files if file.data), key=lambda file: file.data)
    return {one.path for one, other in pairwise(listed) if other.data.startswith(one.data)}


def stretches(play: Play) -> list[Book]:
    """Where a text may be that is logged in parts: each log, and all of the play's files as one, in
    the order of their names. A program that begins a new file when one is full may name them in its
    own way."""
    found = books(play)
    found += [book.upwards for book in found if book.upwards != book]
    return found if len(found) < 2 else [*found, Book(_oldest_first(list(play.files)))]
