"""Log streams: the files that belong to one log, their order, and their lines."""

import bisect
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from grader.logs.encodings import decode, narrow, spellings
from grader.model.history import LogFile, Play

LINE_BYTES = 400
"""Bytes of a line that are shown."""

_BEFORE = 100
"""Bytes of a long line that are shown before the place that matters, at most."""

_APART = re.compile(rb"[\x09-\x3f]")
"""A byte that is a whole character, and no part of another one, in UTF-8 and in GBK."""

_NUMBER = re.compile(r"\.(\d{1,3})$", re.ASCII)
_DATE = re.compile(r"(19|20)\d\d[-_.]?\d\d?[-_.]?\d\d?([-_. T]?[\d:：.\-_]*\d)?", re.ASCII)
_LAST_DATE = re.compile(rf"\.{_DATE.pattern}$", re.ASCII)


@dataclass(frozen=True)
class LogStream:
    """One log: a file, or the files it was spread over, oldest first."""

    files: tuple[LogFile, ...]

    @property
    def path(self) -> str:
        """The newest file's path."""
        return self.files[-1].path

    @property
    def numbered_upwards(self) -> "LogStream":
        """The same files, ordered as if number 1 were the oldest (``logging`` makes it the newest
        of the full ones; a program of its own may count the other way)."""
        return LogStream(_oldest_first(self.files, upwards=True))

    @cached_property
    def data(self) -> bytes:
        """The content, in an encoding that keeps ASCII as it is."""
        return b"".join(narrow(file.data) for file in self.files)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *accumulate(map(len, self.data.splitlines(keepends=True)))]

    @property
    def line_count(self) -> int:
        """The number of lines; a last one without a line end counts unless it is empty."""
        return len(self._line_starts) - 1

    def line_at(self, offset: int) -> int:
        """Return the number (from 1) of the line that ``offset`` lies in."""
        return bisect.bisect_right(self._line_starts, offset)

    def line_end(self, offset: int) -> int:
        """Return the offset at which the line of ``offset`` ends, its line end included."""
        return self._line_starts[self.line_at(offset)]

    def same_line(self, former: int, latter: int) -> bool:
        """Whether no line ends between two offsets."""
        # Faster than line_at for two, which first finds all lines of a flood.
        return all(self.data.find(end, former, latter) < 0 for end in (b"\n", b"\r"))

    def line_text(self, line: int, around: int | None = None) -> str:
        """Return a line as text, with invalid bytes escaped.

        Of a long line, at most :data:`LINE_BYTES` are shown, with ``…`` for what is left out: those
        at its beginning, or those about the offset ``around``.
        """
        start, end = self._line_starts[line - 1 : line + 1]
        begin = start
        if end - start > LINE_BYTES and around is not None and around > start + _BEFORE:
            apart = _APART.search(self.data, around - _BEFORE, around)
            begin = apart.end() if apart else around
        left_out = "…" if begin > start else ""
        if end - begin > LINE_BYTES:
            return f"{left_out}{decode(self.data[begin : begin + LINE_BYTES], cut=True)}…"
        return left_out + decode(self.data[begin:end].rstrip(b"\r\n"))

    def contains_exact(self, text: str) -> bool:
        """Whether ``text`` is in the log unaltered and in one piece, in any encoding or escape
        that reads back exactly (:func:`~grader.logs.encodings.spellings`)."""
        raw = b"".join(file.data for file in self.files)
        return any(form in data for form in spellings(text) for data in (self.data, raw))


def log_streams(play: Play) -> list[LogStream]:
    """Return the logs that a play's files form, in the order of their first files."""
    families: dict[str, list[LogFile]] = {}
    paths, copies = {file.path for file in play.files}, _copies(play.files)
    for file in play.files:
        # A number marks a rotated file only beside the current one: it may be a client's.
        numbered = _NUMBER.search(file.path) and not _DATE.search(file.path)
        alone = file.path in copies or (numbered and _NUMBER.sub("", file.path) not in paths)
        families.setdefault(file.path if alone else log_name(file.path), []).append(file)
    return [LogStream(_oldest_first(files)) for files in families.values()]


def concatenations(play: Play) -> list[LogStream]:
    """Return the streams in which a text that is logged in parts may be whole.

    Each log, each log numbered upwards, and all files as one in the order of their names: a
    program that starts a new file when one is full may name them in its own way.
    """
    found = log_streams(play)
    found += [other for stream in found if (other := stream.numbered_upwards) != stream]
    return found if len(found) < 2 else [*found, LogStream(_oldest_first(play.files))]


def log_name(path: str) -> str:
    """Return the part that the names of one log's files have in common.

    A ``RotatingFileHandler`` numbers old files (``log.2`` is older than ``log.1``), a
    ``TimedRotatingFileHandler`` dates them (``log.2024-05-01``), and a name made from the date
    changes while a server runs. A number elsewhere in a name may be a client's: another log.
    """
    folder, _, name = path.rpartition("/")
    name = _DATE.sub("<date>", name)
    name = _NUMBER.sub("", name).removesuffix(".<date>")
    return f"{folder}/{name}"


def _copies(files: Iterable[LogFile]) -> set[str]:
    """Return the paths of files whose content is the beginning of another file."""
    # Sorted by content, whatever begins with a text follows it directly.
    listed = sorted((file for file in files if file.data), key=lambda file: file.data)
    return {one.path for one, other in pairwise(listed) if other.data.startswith(one.data)}


def _oldest_first(files: Iterable[LogFile], *, upwards: bool = False) -> tuple[LogFile, ...]:
    """Order one log's files by age; see :attr:`LogStream.numbered_upwards`."""
    files = tuple(files)
    paths = {file.path for file in files}

    def age(file: LogFile) -> tuple[_Natural, bool, int, _Natural]:
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
    """Return a sort key that puts ``9:59`` before ``10:00``."""
    parts: _Natural = list(re.split(r"([0-9]+)", path))
    parts[1::2] = [int(part) for part in parts[1::2]]
    return parts
