"""Grouping: which files of a play belong to one log, and which of them is older.

Facts decide: the messages that each file holds, the order in which these were sent, and when each
file was last written. Names are asked where the facts leave it open.
"""

import re
from collections.abc import Iterable, Sequence

from grader.logs.copies import without_copies
from grader.logs.holding import (
    HoldingFile,
    Log,
    dated_messages,
    follow_one_another,
    holding_files,
    names_in,
    span_of,
)
from grader.logs.nonces import PLACES
from grader.logs.streams import LogStream, ended
from grader.model.history import LogFile, Message, Play

_NUMBER = re.compile(r"\.(\d{1,3})$", re.ASCII)
_DIGITS = re.compile(r"[0-9]+")
_DATE = re.compile(r"(19|20)\d\d[-_.]?\d\d?[-_.]?\d\d?([-_. T]?[\d:：.\-_]{0,30}\d)?", re.ASCII)
_LAST_DATE = re.compile(rf"\.{_DATE.pattern}$", re.ASCII)


def group_files(play: Play) -> list[Log]:
    """Return the logs that a play's files form. Each file is in one of them."""
    families = _families(holding_files(play))
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
    found: dict[tuple[str, frozenset[str]], list[HoldingFile]] = {}
    paths = {each.file.path for each in files}
    for each in files:
        path = each.file.path
        # A number marks a rotated file only beside the current one: it may be a client's.
        numbered = _NUMBER.search(path) and not _DATE.search(path)
        alone = numbered and _NUMBER.sub("", path) not in paths
        found.setdefault((path if alone else log_name(path), each.ports), []).append(each)
    logs: list[Log] = []
    for family in found.values():
        kept = without_copies([(each,) for each in family])
        if _take_turns_by_source(kept):
            kept = kept[:1]
        logs.append(_oldest_first([each for log in kept for each in log]))
        logs += [(each,) for each in family if (each,) not in kept]
    return logs


def _oldest_first(files: Sequence[HoldingFile]) -> Log:
    """Order one log's files by age."""
    if len(files) < 2:
        return tuple(files)
    spans = {
        each: span_of(dated)
        for each, dated in zip(files, dated_messages([*zip(files)]), strict=True)
    }
    by_path = {each.file.path: each for each in files}
    listed = [each.file for each in files]
    orders = [
        tuple(by_path[file.path] for file in _by_name(listed, upwards=upwards))
        for upwards in (False, True)
    ]
    if all(each.file.written for each in files):
        return tuple(sorted(orders[0], key=lambda each: (each.file.written, spans[each])))
    for order in orders:
        if follow_one_another(spans[each] for each in order):
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
    of those with other names, all whose messages are in another one, too. Clients' own files are
    joined with none but those of the same client, by the first step.
    """
    alike: dict[tuple[str, frozenset[str]], list[Log]] = {}
    for log in filter(names_in, families):
        newest = log[-1]
        alike.setdefault((_DIGITS.sub("", newest.file.path), newest.ports), []).append(log)
    numbered = [one for group in alike.values() if (one := _rotation(without_copies(group)))]
    joined = {each.file.path for log in numbered for each in log}
    rest = [log for log in families if log[-1].file.path not in joined]
    everything = frozenset[str]().union(*map(names_in, families))
    parts = _without_views([*numbered, *rest])
    together = _rotation([p for p in parts if names_in(p) != everything and not p[-1].ports])
    if not together:
        return numbered
    joined = {each.file.path for each in together}
    return [together, *(log for log in numbered if log[-1].file.path not in joined)]


def _without_views(logs: Sequence[Log]) -> list[Log]:
    """Return those of ``logs`` that hold messages, but for views of others."""
    parts: list[Log] = []
    for log in sorted(
        logs, key=lambda log: (-len(names_in(log)), -sum(len(each.data) for each in log))
    ):
        names = names_in(log)
        if names and not any(names <= names_in(other) for other in parts):
            parts.append(log)
    return parts


def _rotation(logs: Sequence[Log]) -> Log | None:
    """Join ``logs``, oldest first; None if they are separate ones."""
    if len(logs) < 2:
        return None
    if len(logs) > 2 and all(len(names_in(log)) == 1 for log in logs):
        return None  # each message has a file of its own
    messages = dated_messages(logs)
    if _share_no_source(messages):
        return None  # each is one source's own, or some sources'
    dated = [(span_of(listed), log) for listed, log in zip(messages, logs, strict=True) if listed]
    # One that holds only first messages may be full of their records, or say nothing of time.
    undated = [
        (span_of(m for each in log for m in each.messages), log)
        for listed, log in zip(messages, logs, strict=True)
        if not listed
    ]
    for spans in ([*dated, *undated], dated) if undated else (dated,):
        spans.sort(key=lambda span: (span[0], span[1][-1].file.path))
        if follow_one_another(span for span, _ in spans):
            return tuple(each for _, log in spans for each in log)
    return None


def _take_turns_by_source(logs: Sequence[Log]) -> bool:
    """Whether ``logs`` are separate ones whatever their names say: each has sources of its own, and
    was written while others were."""
    dated = [messages for messages in dated_messages(logs) if messages]
    return _share_no_source(dated) and not follow_one_another(sorted(map(span_of, dated)))


def _share_no_source(logs: Sequence[Sequence[Message]]) -> bool:
    """Whether no source has messages in two of ``logs``."""
    sources = [{message.source for message in messages} for messages in logs]
    return sum(map(len, sources)) == len(set[str]().union(*sources))
