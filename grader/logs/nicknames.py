"""Nicknames: first messages that a server, such as a chat room, takes for their sources' names."""

from collections.abc import Mapping
from itertools import pairwise

from grader.logs.mentions import Location
from grader.logs.records import StreamRecords
from grader.logs.streams import LogStream
from grader.model.history import Message, Play

_NEAR = 4
"""Lines from a record's text to the one with its source's nickname, at most."""


def is_first(message: Message, play: Play) -> bool:
    """Whether a message is the first that its source sent."""
    return message is next(m for m in play.messages if m.source == message.source)


def nickname_messages(
    play: Play, locations: Mapping[str, Location], records: Mapping[LogStream, StreamRecords]
) -> frozenset[str]:
    """Return the messages (by name) that a server uses as their sources' nicknames.

    The first message of a source, if it stands in the record of each later one, or on another line
    of it. ``locations``: each logged message, in a stream of ``records``.
    """
    nicknames = set()
    for first in play.messages:
        if first.name not in locations or not is_first(first, play):
            continue
        stream = locations[first.name].stream
        own = {entry.number for entry in records[stream].entries.get(first.name, ())}
        later = [
            m.name
            for m in play.messages
            if m.source == first.source and m is not first and m.name in locations
        ]
        places = [records[stream].entries[n][0] for n in later if n in records[stream].entries]
        together = len(places) == len(later) and all(locations[n].stream is stream for n in later)
        lines = {place.number for place in places}
        # On one line with all of them it would be a message like any other, and no line ended.
        if together and len(lines) > 1 and (own >= lines or _stand_apart(own, lines)):
            nicknames.add(first.name)
    return frozenset(nicknames)


def _stand_apart(nicknames: set[int], texts: set[int]) -> bool:
    """Whether a nickname is on no line with a text, and on one equally far from each of them, with
    no other text between them."""
    listed = sorted(texts)
    nearest = min((after - before for before, after in pairwise(listed)), default=0)
    steps = (step for far in range(1, min(_NEAR, nearest) + 1) for step in (-far, far))
    return not nicknames & texts and any(
        {line + step for line in texts} <= nicknames for step in steps
    )
