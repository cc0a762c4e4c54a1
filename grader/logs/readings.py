"""Readings: the ways in which a play's files, taken together, can be read as one log."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from grader.logs.mentions import Location, find_mentions
from grader.logs.streams import LogStream, log_streams
from grader.model.history import Message, Play

Reading = dict[str, Location]
"""The location of each message (by name), in one way to read the files."""

_KEPT = 1 << 17
"""Bytes of files up to which a play's evidence is kept: twice the largest message. For a flood, the
line starts alone would take hundreds of megabytes."""


@dataclass(frozen=True)
class LogEvidence:
    """The messages of a play that are in the files that the server wrote, and their locations."""

    found: tuple[tuple[LogStream, Reading], ...]
    """Each stream that holds any message, with its reading; the one that holds most comes first."""
    locations: Reading
    """The location of each logged message, in the first of these streams that holds it."""
    others: tuple[Reading, ...] = ()
    """Readings of streams whose files may be in another order, or copies of each other."""

    @property
    def streams(self) -> tuple[LogStream, ...]:
        """The streams that hold any message, the one that holds most of them first."""
        return tuple(stream for stream, _ in self.found)

    @property
    def readings(self) -> list[Reading]:
        """Each reading that has all messages that are logged at all; if there is none,
        :attr:`locations`. Never empty.
        """
        listed = [*(reading for _, reading in self.found), *self.others]
        whole = [reading for reading in listed if len(reading) == len(self.locations)]
        return whole or [self.locations]

    def __contains__(self, message: Message) -> bool:
        return message.name in self.locations


_known: WeakKeyDictionary[Play, LogEvidence] = WeakKeyDictionary()
"""For plays that are still in use: a dozen checks ask for each, and so does the timeline."""


def log_evidence(play: Play) -> LogEvidence:
    """Find a play's messages in what the server wrote."""
    known = _known.get(play)
    if known is None:
        known = _find(play)
        if sum(len(file.data) for file in play.files) <= _KEPT:
            _known[play] = known
    return known


def _find(play: Play) -> LogEvidence:
    found = [
        (stream, find_mentions(stream, play.messages, play.letters)) for stream in log_streams(play)
    ]
    found.sort(key=lambda entry: (-len(entry[1]), -len(entry[0].data)))
    others: list[Reading] = []
    for stream, reading in found:
        if len(stream.files) > 1:
            # They may be numbered the other way; and one of them may be a copy of the others,
            # although it is not the beginning of one.
            ways = (stream.numbered_upwards, *(LogStream((file,)) for file in stream.files))
            each = (
                find_mentions(way, play.messages, play.letters) for way in ways if way != stream
            )
            others += [one for one in each if len(one) == len(reading)]
    locations: Reading = {}
    for _, reading in reversed(found):
        locations |= reading
    return LogEvidence(tuple(entry for entry in found if entry[1]), locations, tuple(others))
