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
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from grader.model.history import File, Message, Play

_LETTERS = b"jqxzJQXZ"
_RUN = re.compile(rb"[jqxzJQXZ]+")
_LINE_END = re.compile(rb"\r\n|\n|\r")

_PIECES = 100_000
"""Stretches of such letters among which cut messages are looked for. A server that reads byte
by byte leaves a thousand; only a flood has more, and would take minutes."""

_WAYS = 1000
"""Ways of putting a long text together that are followed at once: a prefix of each record that
happens to fit adds one."""

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


def _oldest_first(files: list[File]) -> tuple[File, ...]:
    """The files of one log in the order in which they were written."""
    paths = {file.path for file in files}

    def age(file: File) -> tuple[_Natural, bool, int, _Natural]:
        number, date = _NUMBER.search(file.path), _LAST_DATE.search(file.path)
        for rotated in (number, date):
            # Only beside the current file is it an older one: a date may end so, too.
            if rotated and file.path[: rotated.start()] in paths:
                base = file.path[: rotated.start()]
                order = -int(number[1]) if rotated is number and number else 0
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

    @cached_property
    def data(self) -> bytes:
        """All of it, in an encoding that keeps ASCII as it is."""
        return b"".join(_narrow(file.data) for file in self.files)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self.data))]

    def line(self, offset: int) -> int:
        """The number of the line (from 1) in which ``offset`` lies."""
        return bisect.bisect_right(self._line_starts, offset)

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
        return len(self._line_starts) - (self._line_starts[-1] == len(self.data))

    def positions(self, messages: Iterable[Message]) -> dict[str, list[int]]:
        """For each message (by name) the offsets at which it is logged."""
        wanted = {message.nonce.encode(): message.name for message in messages}
        found: dict[str, list[int]] = {name: [] for name in wanted.values()}
        lengths = {len(nonce) for nonce in wanted}
        for run in _RUN.finditer(self.data):
            letters = run[0].lower()
            for length in lengths:
                for start in range(len(letters) - length + 1):
                    name = wanted.get(letters[start : start + length])
                    if name is not None:
                        found[name].append(run.start() + start)
        lost = {nonce: name for nonce, name in wanted.items() if not found[name]}
        if lost:
            found.update(self._in_pieces(lost))
        return found

    def _in_pieces(self, wanted: dict[bytes, str]) -> dict[str, list[int]]:
        """Messages that a small receive buffer has cut into records.

        Then all pieces but the last have one size and stand equally far from their lines'
        ends, in order, with those of others in between. Anything looser would put a lost
        message together from the letters of other records.
        """
        kinds: dict[tuple[int, int], list[tuple[int, bytes]]] = {}
        latest: dict[bytes, int] = {}
        for run in islice(_RUN.finditer(self.data), _PIECES):
            latest[run[0].lower()] = run.start()
            from_end = self._line_end(run.start()) - run.end()
            kinds.setdefault((len(run[0]), from_end), []).append((run.start(), run[0].lower()))
        found = {}
        for nonce, name in wanted.items():
            for (size, _), pieces in kinds.items():
                place = _put_together(nonce, size, pieces, latest)
                if place is not None:
                    found[name] = [place]
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
            if len(reached) > _WAYS:
                reached = set(heapq.nlargest(_WAYS // 2, reached))
        most = max(reached)
        return most + skipped if most else 0

    def holds_exactly(self, text: str) -> bool:
        """Whether ``text`` is in it unaltered and in one piece.

        UTF-8, UTF-16, GBK, or escaped by ``json`` or ``repr`` (of the text, or of its bytes) where
        that reads back exactly.
        """
        return any(form in self.data for form in _forms(text))


def _put_together(
    nonce: bytes, size: int, pieces: list[tuple[int, bytes]], latest: dict[bytes, int]
) -> int | None:
    """Where a nonce begins that is cut into ``pieces`` of ``size``; None: it is not.

    Of several ways the closest together is taken: others may begin alike. ``latest`` is where
    each stretch of letters stands last in the log.
    """
    if size >= len(nonce):
        return None
    wanted = [nonce[at : at + size] for at in range(0, len(nonce), size)]
    last = wanted.pop() if len(wanted[-1]) < size else b""
    places: dict[bytes, list[int]] = {}
    for number, piece in enumerate(wanted):
        places.setdefault(piece, []).insert(0, number)
    # For each number of pieces that were met in order: the latest beginning of such a way.
    began: list[int | None] = [None] * (len(wanted) + 1)
    best: tuple[int, int] | None = None
    for place, piece in pieces:
        for number in places.get(piece, ()):
            start = place if number == 0 else began[number]
            if start is None:
                continue
            began[number + 1] = start
            ends = number + 1 == len(wanted)
            if ends and (not last or latest.get(last, -1) > place):
                best = min(best or (place - start, start), (place - start, start))
    return best[1] if best else None


def _forms(text: str) -> set[bytes]:
    utf8, gbk = text.encode(), text.encode("gbk", "replace")
    return {
        utf8,
        gbk,
        json.dumps(text)[1:-1].encode(),
        ascii(text)[1:-1].encode(),
        repr(utf8)[2:-1].encode(),
        repr(gbk)[2:-1].encode(),
    }


def _narrow(data: bytes) -> bytes:
    """UTF-16 as UTF-8, and everything else as it is."""
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


@dataclass(frozen=True)
class Logged:
    """A play's messages in its logs."""

    books: tuple[Book, ...]
    """The logs that hold any message, the one that holds most of them first."""
    positions: dict[str, tuple[Book, tuple[int, ...]]]
    """For each message that is logged: the first of these logs that holds it, and where."""

    def __contains__(self, message: Message) -> bool:
        return message.name in self.positions

    def lines(self, message: Message) -> set[int]:
        """The numbers of the lines at which a message is logged."""
        if message.name not in self.positions:
            return set()
        book, offsets = self.positions[message.name]
        return {book.line(offset) for offset in offsets}

    def line(self, message: Message) -> str:
        """The line at which a message is logged first; empty where it is not."""
        if message.name not in self.positions:
            return ""
        book, offsets = self.positions[message.name]
        return book.text(book.line(offsets[0]))


def books(play: Play) -> list[Book]:
    """The logs that a play's files make up."""
    families: dict[str, list[File]] = {}
    paths = {file.path for file in play.files}
    for file in play.files:
        # A number is a rotated file's where the current one is there; else it may be a client's.
        name = same_log(file.path)
        numbered = _NUMBER.search(file.path) and not _DATE.search(file.path)
        alone = numbered and _NUMBER.sub("", file.path) not in paths
        families.setdefault(file.path if alone else name, []).append(file)
    return [Book(_oldest_first(files)) for files in families.values()]


def logged(play: Play) -> Logged:
    """Find a play's messages in what the server wrote."""
    found = [(book, book.positions(play.messages)) for book in books(play)]
    found.sort(key=lambda entry: -sum(1 for offsets in entry[1].values() if offsets))
    positions: dict[str, tuple[Book, tuple[int, ...]]] = {}
    for book, offsets_of in found:
        for name, offsets in offsets_of.items():
            if offsets:
                positions.setdefault(name, (book, tuple(offsets)))
    holding = tuple(book for book, offsets_of in found if any(offsets_of.values()))
    return Logged(holding, positions)
