"""Neighbours: the lines beside those with messages, as a record may take several lines."""

from collections.abc import Container, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from grader.logs.encodings import decode
from grader.logs.readings import Reading
from grader.logs.records import Form, Masks
from grader.logs.streams import LogStream

NEAR = 4
"""Lines from a record's text to another line that belongs to it, at most."""

_LONGEST = 600
"""Bytes of a line that its form is made of."""


class Neighbours:
    """The lines near the records of a reading. ``nicknames``: messages that are no text."""

    def __init__(self, reading: Reading, masks: Masks, nicknames: Container[str]) -> None:
        self._reading = reading
        self._masks = masks
        self._nicknames = nicknames

    @cached_property
    def _texts(self) -> dict[LogStream, set[int]]:
        """The lines of each stream that have messages."""
        found: dict[LogStream, set[int]] = {}
        for name, location in self._reading.mentions.items():
            if name not in self._nicknames and not location.cut:
                lines = found.setdefault(location.stream, set())
                lines.update(map(location.stream.line_at, location.offsets))
        return found

    def distance(self, places: Mapping[str, Sequence[int]]) -> int:
        """Return how many lines one record is from the next, at least; 0: there is only one.

        ``places``: the numbers of records among those of their messages, by the messages.
        """
        lines: dict[LogStream, set[int]] = {}
        for name, own in places.items():
            location = self._reading.mentions[name]
            line_at = location.stream.line_at
            lines.setdefault(location.stream, set()).update(
                line_at(location.offsets[n]) for n in own
            )
        return min((b - a for each in lines.values() for a, b in pairwise(sorted(each))), default=0)

    def with_line(self, name: str, at: int, line: Form) -> Form:
        """Return the form of a message's record number ``at`` together with a ``line`` of its."""
        form = self._reading.forms[name][at]
        return Form(f"{form.skeleton}\n{line.skeleton}", form.names + line.names)

    def beside(self, name: str, at: int, step: int) -> Form | None:
        """Return the form of the line that is ``step`` lines from a message's record number ``at``;
        None if there is none, it is blank, or a message is on it or between."""
        location = self._reading.mentions[name]
        stream, texts = location.stream, self._texts[location.stream]
        if stream.leaves:
            return None  # the form has all that belongs to it
        line = stream.line_at(location.offsets[at])
        other = line + step
        nearer = range(min(line + 1, other), max(line - 1, other) + 1)
        if not 1 <= other <= stream.line_count or not texts.isdisjoint(nearer):
            return None
        start = stream.line_start(other)
        end = min(stream.line_start(other + 1), start + _LONGEST)
        beside = self._masks.form(decode(stream.data[start:end], cut=True), "")
        return beside if beside.skeleton else None


def steps() -> Sequence[int]:
    """Return the distances at which a line may belong to a record, the nearest first."""
    return [step for far in range(1, NEAR + 1) for step in (-far, far)]
