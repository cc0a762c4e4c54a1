"""Grouping: which files of a play belong to one log, and which of them is older.

Facts decide: the messages that each file holds, the order in which these were sent, and when each
file was last written. Names are asked where the facts leave it open.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf

from grader.logs.encodings import narrow
from grader.logs.nonces import PLACES, find_nonces
from grader.logs.streams import LogStream
from grader.model.history import LogFile, Message, Play

_NUMBER = re.compile(r"\.(\d{1,3})$", re.ASCII)
_DIGITS = re.compile(r"[0-9]+")
_DATE = re.compile(r"(19|20)\d\d[-_.]?\d\d?[-_.]?\d\d?([-_. T]?[\d:：.\-_]*\d)?", re.ASCII)
_LAST_DATE = re.compile(rf"\.{_DATE.pattern}$", re.ASCII)


@dataclass(frozen=True, eq=False)
class HoldingFile:
    """A file, and the messages that it holds whole nonces of."""

    file: LogFile
    size: int
    """Bytes of the narrow data."""
    offsets: dict[str, list[int]]
    """The offsets of each message in the narrow data."""
    messages: tuple[Message, ...]
    """The messages that it holds."""

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the messages that it holds."""
        return frozenset(self.offsets)


def holding_files(play: Play) -> tuple[HoldingFile, ...]:
    """Find each file's messages."""
    wanted = {message.nonce.encode(): message.name for message in play.messages}

    def holding(file: LogFile) -> HoldingFile:
        data = narrow(file.data)
        offsets = find_nonces(data, wanted)
        messages = tuple(m for m in play.messages if m.name in offsets)
        return HoldingFile(file, len(data), offsets, messages)

    return tuple(map(holding, play.files))


Log = tuple[HoldingFile, ...]
"""The files of one log, oldest first."""


def group_files(files: Sequence[HoldingFile]) -> list[Log]:
    """Return the logs that ``files`` form. Each file is in one of them."""
    families = _families(files)
    rotations = _rotations(families)
    joined = {each.file.path for log in rotations for each in log}
    return [*rotations, *(log for log in families if log[-1].file.path not in joined)]


def stream_of(log: Log) -> tuple[LogStream, dict[str, list[int]]]:
    """Return the stream of a log, and the offsets of the whole nonces in it."""
    offsets: dict[str, list[int]] = {}
    start = 0
    for each in log:
        for name, listed in each.offsets.items():
            noted = offsets.setdefault(name, [])
            noted += [start + offset for offset in listed][: PLACES - len(noted)]
        start += each.size
    return LogStream(tuple(each.file for each in log)), offsets


def concatenations(files: Sequence[LogFile], logs: Sequence[Log]) -> list[LogStream]:
    """Return the streams in which a text that is logged in parts may be whole.

    Each log, each log numbered upwards, and all files as one in the order of their names: a
    program that starts a new file when one is full may name them in its own way.
    """
    orders = [tuple(each.file for each in log) for log in logs]
    orders += [_by_name(order, upwards=True) for order in orders]
    orders.append(_by_name(files))
    different = {tuple(file.path for file in order): order for order in orders if order}
    return [LogStream(order) for order in different.values()]


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


# --- families: by name ---


def _families(files: Sequence[HoldingFile]) -> list[Log]:
    """Group files whose names say that they are one log, but for copies and views."""
    found: dict[str, list[HoldingFile]] = {}
    paths, copies = {each.file.path for each in files}, _copies(each.file for each in files)
    for each in files:
        path = each.file.path
        # A number marks a rotated file only beside the current one: it may be a client's.
        numbered = _NUMBER.search(path) and not _DATE.search(path)
        alone = path in copies or (numbered and _NUMBER.sub("", path) not in paths)
        found.setdefault(path if alone else log_name(path), []).append(each)
    logs: list[Log] = []
    for family in found.values():
        kept, views = _without_views(family)
        logs.append(_oldest_first(kept))
        logs += [(view,) for view in views]
    return logs


def _copies(files: Iterable[LogFile]) -> set[str]:
    """Return the paths of files whose content is the beginning of another file."""
    # Sorted by content, whatever begins with a text follows it directly.
    listed = sorted((file for file in files if file.data), key=lambda file: file.data)
    return {one.path for one, other in pairwise(listed) if other.data.startswith(one.data)}


def _without_views(files: list[HoldingFile]) -> tuple[list[HoldingFile], list[HoldingFile]]:
    """Part from ``files`` those whose messages another one of them holds, too."""
    kept: list[HoldingFile] = []
    views: list[HoldingFile] = []
    for each in sorted(files, key=lambda each: (-len(each.names), len(each.file.path))):
        seen = each.names and any(each.names <= other.names for other in kept)
        (views if seen else kept).append(each)
    return kept, views


def _oldest_first(files: Sequence[HoldingFile]) -> Log:
    """Order one log's files by age."""
    by_name = {file.path: at for at, file in enumerate(_by_name(each.file for each in files))}
    known = all(each.file.written for each in files)
    held = all(each.names for each in files)
    if not known and not held:
        return tuple(sorted(files, key=lambda each: by_name[each.file.path]))

    def age(each: HoldingFile) -> tuple[int, float, float, int]:
        begins, ends = _span(each.messages) if held else (0, 0)
        return (each.file.written if known else 0, begins, ends, by_name[each.file.path])

    return tuple(sorted(files, key=age))


def _by_name(files: Iterable[LogFile], *, upwards: bool = False) -> tuple[LogFile, ...]:
    """Order one log's files as their names suggest.

    ``logging`` gives the newest of the full files number 1. ``upwards``: a program of its own may
    count the other way.
    """
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


# --- rotations: by facts ---


def _rotations(families: Sequence[Log]) -> list[Log]:
    """Return the logs that several of ``families`` form together.

    All that hold some of the logged messages, but not all of them, or those whose names differ
    only by a number: if each message is in one of them, and each of them ends before the next one
    begins. Views of others are left out.
    """
    held = [log for log in families if _names(log)]
    everything = frozenset[str]().union(*map(_names, held))
    parts: list[Log] = []
    for log in sorted(held, key=lambda log: -len(_names(log))):
        names = _names(log)
        if names != everything and not any(names <= _names(other) for other in parts):
            parts.append(log)
    alike: dict[str, list[Log]] = {}
    for log in parts:
        alike.setdefault(_DIGITS.sub("", log[-1].file.path), []).append(log)
    if together := _rotation(parts):
        return [together]
    return [one for group in alike.values() if (one := _rotation(group))]


def _rotation(logs: Sequence[Log]) -> Log | None:
    """Join ``logs``, oldest first; None if they are separate ones."""
    if len(logs) < 2 or sum(len(_names(log)) for log in logs) > len(
        frozenset[str]().union(*map(_names, logs))
    ):
        return None
    sources = [{m.source for m in _messages(log)} for log in logs]
    if sum(map(len, sources)) == len(set[str]().union(*sources)):
        return None  # each is one source's own, or some sources'
    if len(logs) > 2 and all(len(_names(log)) == 1 for log in logs):
        return None  # each message has a file of its own
    ordered = sorted(logs, key=lambda log: (*_span(_messages(log)), log[-1].file.path))
    latest: float = -inf
    for log in ordered:
        begins, ends = _span(_messages(log))
        if begins < latest:
            return None
        latest = max(latest, ends)
    return tuple(each for log in ordered for each in log)


def _names(log: Log) -> frozenset[str]:
    return frozenset[str]().union(*(each.names for each in log))


def _messages(log: Log) -> list[Message]:
    return [message for each in log for message in each.messages]


def _span(messages: Iterable[Message]) -> tuple[float, float]:
    """When the first of ``messages`` had settled, and when the last one was sent.

    One log's file ends before another's begins if none of the latter's messages had settled
    before one of the former's was sent. Sorted by these, files come in such an order if there is
    one: what was sent first has settled first.
    """
    listed = list(messages)
    return (
        min((inf if m.settled is None else m.settled for m in listed), default=inf),
        max((m.sent for m in listed), default=-inf),
    )
