"""Grouping: which files of a play belong to one log, and which of them is older.

Facts decide: the messages that each file holds, the order in which these were sent, and when each
file was last written. Names are asked where the facts leave it open.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from math import inf

from grader.logs.encodings import narrow
from grader.logs.leaves import LeafRecords, find_leaves
from grader.logs.nonces import PLACES, find_nonces
from grader.logs.streams import LogStream, ended
from grader.model.history import LogFile, Message, Play

_NUMBER = re.compile(r"\.(\d{1,3})$", re.ASCII)
_DIGITS = re.compile(r"[0-9]+")
_DATE = re.compile(r"(19|20)\d\d[-_.]?\d\d?[-_.]?\d\d?([-_. T]?[\d:：.\-_]{0,30}\d)?", re.ASCII)
_LAST_DATE = re.compile(rf"\.{_DATE.pattern}$", re.ASCII)


@dataclass(frozen=True, eq=False)
class HoldingFile:
    """A file, and the messages that it holds whole nonces of."""

    file: LogFile
    data: bytes
    """Its content, narrow."""
    offsets: dict[str, list[int]]
    """The offsets of each message in :attr:`data`."""
    messages: tuple[Message, ...]
    """The messages that it holds."""
    first: Set[str]
    """The first message of each source, which may be a nickname."""

    @property
    def names(self) -> Set[str]:
        """The names of the messages that it holds."""
        return self.offsets.keys()


Log = tuple[HoldingFile, ...]
"""The files of one log, oldest first."""


def group_files(play: Play) -> list[Log]:
    """Return the logs that a play's files form. Each file is in one of them."""
    families = _families(_holding_files(play))
    rotations = _rotations(families)
    joined = {each.file.path for log in rotations for each in log}
    return [*rotations, *(log for log in families if log[-1].file.path not in joined)]


def _holding_files(play: Play) -> list[HoldingFile]:
    wanted = {message.nonce.encode(): message.name for message in play.messages}
    found = []
    for file in play.files:
        data = narrow(file.data)
        found.append((file, data, find_nonces(data, wanted)))
    first = {m.source: m.name for m in reversed(play.messages)}
    return [
        HoldingFile(
            file,
            data,
            offsets,
            tuple(m for m in play.messages if m.name in offsets),
            frozenset(first.values()),
        )
        for file, data, offsets in found
    ]


def stream_of(log: Log) -> tuple[LogStream, dict[str, list[int]]]:
    """Return the stream of a log, and the offsets of the whole nonces in it."""
    offsets: dict[str, list[int]] = {}
    start = 0
    for each in log:
        for name, listed in each.offsets.items():
            noted = offsets.setdefault(name, [])
            noted += [start + offset for offset in listed][: PLACES - len(noted)]
        start += len(ended(each.data))
    files, texts = tuple(each.file for each in log), tuple(each.data for each in log)
    return LogStream(files, texts), offsets


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
    paths = {each.file.path for each in files}
    for each in files:
        path = each.file.path
        # A number marks a rotated file only beside the current one: it may be a client's.
        numbered = _NUMBER.search(path) and not _DATE.search(path)
        alone = numbered and _NUMBER.sub("", path) not in paths
        found.setdefault(path if alone else log_name(path), []).append(each)
    logs: list[Log] = []
    for family in found.values():
        kept = _without_copies([(each,) for each in family])
        if _take_turns_by_source(kept):
            kept = kept[:1]
        logs.append(_oldest_first([each for log in kept for each in log]))
        logs += [(each,) for each in family if (each,) not in kept]
    return logs


def _without_copies(logs: Sequence[Log]) -> list[Log]:
    """Return ``logs`` but for copies of others: their content begins another one, or all of their
    messages are in another one, in the same records."""
    kept: list[Log] = []
    for log in sorted(logs, key=lambda log: (-len(_names(log)), -len(log[-1].data))):
        if not any(_is_copy(log, other) for other in kept):
            kept.append(log)
    return kept


def _is_copy(log: Log, other: Log) -> bool:
    if log[0].data and any(each.data.startswith(log[0].data) for each in other):
        return True
    return (
        bool(_names(log))
        and _is_earlier(log, other)
        and all(any(record in each.data for each in other) for record in _some_records(log))
    )


def _is_earlier(log: Log, other: Log) -> bool:
    """Whether ``log`` may be an earlier version of ``other``: the other messages of that are later.

    If these came at the same time, they have to stand below those of ``log``: a file that repeats
    what the one before it ends with is no version of that one.
    """
    own = [m for each in log for m in each.messages]
    rest = [m for each in other for m in each.messages if m.name not in _names(log)]
    former, latter = _span(own), _span(rest)
    if not _follow_one_another([former, latter]):
        return False
    places = {
        name: (number, offsets[0])
        for number, each in enumerate(other)
        for name, offsets in each.offsets.items()
    }
    return former[0] < latter[1] or all(
        places[m.name] < places[n.name] for m in own if m.name in places for n in rest
    )


def _some_records(log: Log) -> Iterator[bytes]:
    """Yield the record of each file's first mention and of its last one: of JSON or XML, the object
    or element around it."""
    for each in log:
        offsets = sorted(offset for listed in each.offsets.values() for offset in listed)
        leaves = find_leaves(each.data) if offsets else []
        for offset in {*offsets[:1], *offsets[-1:]}:
            if leaves:
                start, end = LeafRecords(leaves).span(offset)
                yield each.data[start:end]
                continue
            start = max(each.data.rfind(end, 0, offset) for end in (b"\n", b"\r")) + 1
            ends = [at for end in (b"\n", b"\r") if (at := each.data.find(end, offset)) >= 0]
            yield each.data[start : min(ends, default=len(each.data))]


def _oldest_first(files: Sequence[HoldingFile]) -> Log:
    """Order one log's files by age."""
    if len(files) < 2:
        return tuple(files)
    spans = {each: _span(dated) for each, dated in zip(files, _dated([*zip(files)]), strict=True)}
    by_path = {each.file.path: each for each in files}
    listed = [each.file for each in files]
    orders = [
        tuple(by_path[file.path] for file in _by_name(listed, upwards=upwards))
        for upwards in (False, True)
    ]
    if all(each.file.written for each in files):
        return tuple(sorted(orders[0], key=lambda each: (each.file.written, spans[each])))
    for order in orders:
        if _follow_one_another(spans[each] for each in order):
            return order
    return tuple(sorted(orders[0], key=lambda each: spans[each]))


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

    First those whose names differ only by a number, then all that hold some of the logged messages,
    but not all of them: if each ends before the next one begins. Copies of others are left out, and
    of those with other names, all whose messages are in another one, too.
    """
    alike: dict[str, list[Log]] = {}
    for log in filter(_names, families):
        alike.setdefault(_DIGITS.sub("", log[-1].file.path), []).append(log)
    numbered = [one for group in alike.values() if (one := _rotation(_without_copies(group)))]
    joined = {each.file.path for log in numbered for each in log}
    rest = [log for log in families if log[-1].file.path not in joined]
    everything = frozenset[str]().union(*map(_names, families))
    together = _rotation([p for p in _without_views([*numbered, *rest]) if _names(p) != everything])
    return [together] if together else numbered


def _without_views(logs: Sequence[Log]) -> list[Log]:
    """Return those of ``logs`` that hold messages, but for views of others."""
    parts: list[Log] = []
    for log in sorted(
        logs, key=lambda log: (-len(_names(log)), -sum(len(each.data) for each in log))
    ):
        names = _names(log)
        if names and not any(names <= _names(other) for other in parts):
            parts.append(log)
    return parts


def _rotation(logs: Sequence[Log]) -> Log | None:
    """Join ``logs``, oldest first; None if they are separate ones."""
    if len(logs) < 2:
        return None
    if len(logs) > 2 and all(len(_names(log)) == 1 for log in logs):
        return None  # each message has a file of its own
    messages = _dated(logs)
    if _share_no_source(messages):
        return None  # each is one source's own, or some sources'
    spans = sorted(
        ((_span(listed), log) for listed, log in zip(messages, logs, strict=True) if listed),
        key=lambda span: (span[0], span[1][-1].file.path),
    )
    if not _follow_one_another(span for span, _ in spans):
        return None
    return tuple(each for _, log in spans for each in log)


def _take_turns_by_source(logs: Sequence[Log]) -> bool:
    """Whether ``logs`` are separate ones whatever their names say: each has sources of its own, and
    was written while others were."""
    dated = [messages for messages in _dated(logs) if messages]
    return _share_no_source(dated) and not _follow_one_another(sorted(map(_span, dated)))


def _share_no_source(logs: Sequence[Sequence[Message]]) -> bool:
    """Whether no source has messages in two of ``logs``."""
    sources = [{message.source for message in messages} for messages in logs]
    return sum(map(len, sources)) == len(set[str]().union(*sources))


_Span = tuple[float, float]


def _names(log: Log) -> frozenset[str]:
    return frozenset[str]().union(*(each.names for each in log))


def _dated(logs: Sequence[Log]) -> list[list[Message]]:
    """Return the messages that show when each of ``logs`` was written: not a source's first one
    that stands in others, too, as a nickname does."""
    times = Counter(name for log in logs for name in _names(log))
    return [
        [m for each in log for m in each.messages if times[m.name] == 1 or m.name not in each.first]
        for log in logs
    ]


def _follow_one_another(spans: Iterable[_Span]) -> bool:
    """Whether each of ``spans`` ends before the next one begins."""
    latest: float = -inf
    for begins, ends in spans:
        if begins < latest:
            return False
        latest = max(latest, ends)
    return True


def _span(messages: Iterable[Message]) -> _Span:
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
