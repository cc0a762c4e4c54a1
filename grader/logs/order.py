"""Order: messages that are logged on the wrong side of each other.

The order of two messages means something only where one had settled before the other was sent:
then, and only then, every right server has logged it first. (With A sent at 1 and settled at 4,
and B sent at 2 and settled at 3, both orders are right.)
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from grader.logs.mentions import Location
from grader.model.history import Message


class Placed(NamedTuple):
    """A message in a log, between two offsets."""

    first: int
    """The earliest offset at which it may begin."""
    last: int
    """The latest one; more than ``first`` where its place is not certain."""
    message: Message


class Crossing(NamedTuple):
    """Two messages whose order in the log is wrong."""

    former: Message
    """Settled before ``latter`` was sent, but logged below it."""
    latter: Message


def crossings(placed: Iterable[Placed]) -> Iterator[Crossing]:
    """Yield, from the top, each message that had settled before one above it was sent.

    A message is above another only where its last offset is less than the other's first.

    One pass suffices: if any message above was sent after this one had settled, then the one above
    that was sent latest was.
    """
    by_first = sorted(placed, key=lambda entry: (entry.first, entry.message.sent))
    by_last = sorted(by_first, key=lambda entry: entry.last)
    above = 0
    latest: Message | None = None
    for first, _, message in by_first:
        while by_last[above].last < first:
            if latest is None or by_last[above].message.sent > latest.sent:
                latest = by_last[above].message
            above += 1
        if latest and message.settled is not None and message.settled < latest.sent:
            yield Crossing(message, latest)


def all_crossings(
    locations: Mapping[str, Location], messages: Iterable[Message]
) -> Iterator[Crossing]:
    """Yield the crossings among ``messages`` within each log."""
    logs: dict[str, list[Placed]] = {}
    for message in messages:
        if location := locations.get(message.name):
            # A message that stands in several places (in a record for each receiver) is certainly
            # above another only where the last of them is.
            entry = Placed(location.offsets[0], location.offsets[-1], message)
            logs.setdefault(location.stream.path, []).append(entry)
    for placed in logs.values():
        yield from crossings(placed)


def first_crossing(
    locations: Mapping[str, Location], messages: Iterable[Message]
) -> Crossing | None:
    """Return the first crossing among ``messages``; None if there is none."""
    return next(all_crossings(locations, messages), None)


def is_newest_first(locations: Mapping[str, Location], messages: Sequence[Message]) -> bool:
    """Whether each source's messages are logged one above the other, three of them or more."""
    offsets: dict[str, list[int]] = {}
    for message in messages:
        if location := locations.get(message.name):
            offsets.setdefault(message.source, []).append(location.offsets[0])
    return all(
        len(listed) > 2 and listed == sorted(listed, reverse=True) for listed in offsets.values()
    )
