"""Copies: files that say again what is in another one."""

from collections.abc import Iterator, Sequence

from grader.logs.holding import Log, follow_one_another, names_in, span_of
from grader.logs.leaves import LeafRecords, find_leaves

_FEW_LINES = 1 << 18
"""Bytes of a file of which all lines are compared with those of another one."""


def without_copies(logs: Sequence[Log]) -> list[Log]:
    """Return ``logs`` but for copies of others: their content begins another one, or all of their
    messages are in another one, in the same records."""
    kept: list[Log] = []
    for log in sorted(logs, key=lambda log: (-len(names_in(log)), -len(log[-1].data))):
        if not any(_is_copy(log, other) for other in kept):
            kept.append(log)
    return kept


def _is_copy(log: Log, other: Log) -> bool:
    if log[0].data and any(each.data.startswith(log[0].data) for each in other):
        return True
    return (
        bool(names_in(log))
        and _is_earlier(log, other)
        and all(any(record in each.data for each in other) for record in _some_records(log))
        and _is_mostly_in(log, other)
    )


def _is_mostly_in(log: Log, other: Log) -> bool:
    """Whether half of the lines of ``log`` are in ``other``, if they are not too many to say: a
    file may begin with further records of what the one before it ends with."""
    if any(find_leaves(each.data) or len(each.data) > _FEW_LINES for each in (*log, *other)):
        return True
    lines = [line for each in log for line in each.data.splitlines() if line.strip()]
    known = {line for each in other for line in each.data.splitlines()}
    return 2 * sum(line in known for line in lines) >= len(lines)


def _is_earlier(log: Log, other: Log) -> bool:
    """Whether ``log`` may be an earlier version of ``other``: the other messages of that are later.

    If these came at the same time, they have to stand below those of ``log``: a file that repeats
    what the one before it ends with is no version of that one.
    """
    own = [m for each in log for m in each.messages]
    rest = [m for each in other for m in each.messages if m.name not in names_in(log)]
    former, latter = span_of(own), span_of(rest)
    if not follow_one_another([former, latter]):
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
