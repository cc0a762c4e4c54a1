"""Nicknames: first messages that a server, such as a chat room, takes for their sources' names."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence

from grader.logs.neighbours import steps
from grader.logs.records import Entry, StreamRecords
from grader.model.history import Message, Play


def is_first(message: Message, play: Play) -> bool:
    """Whether a message is the first that its source sent."""
    return message is next(m for m in play.messages if m.source == message.source)


def nickname_messages(
    play: Play, logged: Container[str], streams: Iterable[StreamRecords]
) -> frozenset[str]:
    """Return the messages (by name) that a server uses as their sources' nicknames.

    The first message of a source, if in one of ``streams`` it stands in a record of each later one,
    or on another line of it. ``logged``: the messages that are logged at all.
    """
    later: dict[str, list[str]] = {}
    for message in play.messages:
        if is_first(message, play) or message.name in logged:
            later.setdefault(message.source, []).append(message.name)
    return frozenset(
        first
        for records in streams
        for first, *others in later.values()
        if len(others) > 1 and _names_each(first, others, records)
    )


def _names_each(first: str, later: Iterable[str], records: StreamRecords) -> bool:
    """Whether ``first`` is in a record of each of the ``later`` messages, or on another line."""
    own = _lines(records.entries.get(first, ()))
    lines = [_lines(records.entries.get(name, ())) for name in later]
    # A line with several of them is one of them all, and not each one's record.
    count = Counter(line for of_one in lines for line in of_one)
    alone = [{line for line in of_one if count[line] == 1} for of_one in lines]
    return all(own & of_one for of_one in alone) or _stand_apart(own, alone)


def _lines(entries: Iterable[Entry]) -> set[int]:
    return {entry.number for entry in entries}


def _stand_apart(nicknames: set[int], texts: Sequence[set[int]]) -> bool:
    """Whether a nickname is on no line with a text, and equally far from a line of each of them,
    with no other text between them."""
    every = set[int]().union(*texts)

    def is_named(line: int, step: int) -> bool:
        between = range(min(line, line + step) + 1, max(line, line + step))
        return line + step in nicknames and every.isdisjoint(between)

    return not nicknames & every and any(
        all(any(is_named(line, step) for line in lines) for lines in texts) for step in steps()
    )
