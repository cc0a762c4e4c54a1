"""Neighbours: the lines beside those with messages, as a record may take several lines."""

from collections.abc import Container, Sequence, Set
from functools import cached_property

from grader.logs.encodings import decode
from grader.logs.readings import Reading
from grader.logs.records import Form, Masks

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
    def _texts(self) -> dict[str, dict[int, set[str]]]:
        """The lines of each stream that have messages, by its path, and these."""
        found: dict[str, dict[int, set[str]]] = {}
        for name, location in self._reading.mentions.items():
            if name not in self._nicknames and not location.cut:
                lines = found.setdefault(location.stream.path, {})
                for line in map(location.stream.line_at, location.offsets):
                    lines.setdefault(line, set()).add(name)
        return found

    def place(self, name: str, at: int) -> tuple[str, int]:
        """Return where a message's record number ``at`` is: its log's path, and the line."""
        location = self._reading.mentions[name]
        return location.stream.path, location.stream.line_at(location.offsets[at])

    def texts_on(self, path: str, line: int) -> Set[str]:
        """The messages on a line of the log at ``path``."""
        return self._texts[path].get(line, set())

    def is_outside(self, name: str, line: int) -> bool:
        """Whether the log in which a message is read does not have a line with this number."""
        return not 1 <= line <= self._reading.mentions[name].stream.line_count

    def with_line(self, name: str, at: int, line: Form) -> Form:
        """Return the form of a message's record number ``at`` together with a ``line`` of its."""
        form = self._reading.forms[name][at]
        return Form(f"{form.skeleton}\n{line.skeleton}", form.names + line.names)

    def beside(self, name: str, at: int, step: int) -> Form | None:
        """Return the form of the line that is ``step`` lines from a message's record number ``at``;
        None if there is none, it is blank, or a message is on it or between."""
        location = self._reading.mentions[name]
        stream, texts = location.stream, self._texts[location.stream.path]
        if stream.leaves:
            return None  # the form has all that belongs to it
        line = stream.line_at(location.offsets[at])
        other = line + step
        nearer = range(min(line + 1, other), max(line - 1, other) + 1)
        if not 1 <= other <= stream.line_count or texts.keys() & nearer:
            return None
        start = stream.line_start(other)
        end = min(stream.line_start(other + 1), start + _LONGEST)
        beside = self._masks.form(decode(stream.data[start:end], cut=True), "")
        return beside if beside.skeleton else None


def steps() -> Sequence[int]:
    """Return the distances at which a line may belong to a record, the nearest first."""
    return [step for far in range(1, NEAR + 1) for step in (-far, far)]
