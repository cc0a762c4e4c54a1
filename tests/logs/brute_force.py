"""The definitions of grader.logs, carried out literally and slowly, for logs of plain lines.

A log is a list of files, a file a list of lines, and a line the messages that stand in it, by name
and in order. There is nothing else in them: no labels, times or receivers, so all lines with one
message are of one class, and no message is a nickname.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, permutations

from grader.model.history import Message

Line = tuple[str, ...]
File = tuple[Line, ...]


def before(one: Message, other: Message) -> bool:
    return one.settled is not None and one.settled < other.sent


def held(lines: Iterable[Line]) -> set[str]:
    return {name for line in lines for name in line}


class Oracle:
    """What is true of the log of ``messages`` that consists of ``files``."""

    def __init__(self, messages: Sequence[Message], files: Sequence[File]) -> None:
        self.messages = {message.name: message for message in messages}
        self.logged = {name for file in files for name in held(file)}
        self.alone = held(line for file in files for line in file if len(set(line)) == 1)
        self.streams = sorted(
            self._streams([file for file in files if held(file)]),
            key=lambda file: (-len(held(file)), -size(file)),
        )
        read = map(self._without_aggregates, self.streams)
        self.readings: list[Reading] = [
            [(lines, self.logged)] for lines in read if held(lines) == self.logged
        ] or [self._merged()]

    def _separate(self, one: str, other: str) -> bool:
        a, b = self.messages[one], self.messages[other]
        return before(a, b) or before(b, a)

    def _streams(self, files: Sequence[File]) -> list[File]:
        """Files that are no views of another one are one log if they follow one another; else each
        is a log."""
        parts = [file for file in files if held(file) != self.logged]
        kept = [f for f in parts if not any(held(f) < held(other) for other in files)]
        if len(kept) > 1 and self._can_be_one(kept):
            dated = {file: self._dated(file, kept) for file in kept if self._dated(file, kept)}
            fitting = {file: dated.get(file) or held(file) for file in kept}
            for spans in (fitting, dated):
                for order in permutations(spans):
                    if all(self._precede(spans[f], spans[g]) for f, g in combinations(order, 2)):
                        return [tuple(line for file in order for line in file), *files]
        return list(files)

    def _can_be_one(self, files: Sequence[File]) -> bool:
        """Whether several files neither hold one message each nor keep sources apart."""
        sources = [{self.messages[m].source for m in self._dated(file, files)} for file in files]
        return (len(files) == 2 or any(len(held(file)) > 1 for file in files)) and len(
            set[str]().union(*sources)
        ) < sum(map(len, sources))

    def _dated(self, file: File, files: Sequence[File]) -> set[str]:
        """The messages that show when a file was written: not a source's first one that stands in
        others, too."""
        first = {message.source: message.name for message in reversed(self.messages.values())}
        return {
            name
            for name in held(file)
            if name not in first.values() or sum(name in held(other) for other in files) == 1
        }

    def _precede(self, former: set[str], latter: set[str]) -> bool:
        """Whether none of the latter is before any of the former."""
        return not any(
            before(self.messages[one], self.messages[other]) for one in latter for other in former
        )

    def _without_aggregates(self, stream: File) -> File:
        """Leave out each line that holds several messages which have lines of their own, in any
        file."""
        return tuple(line for line in stream if len(set(line)) < 2 or not set(line) <= self.alone)

    def _merged(self) -> "Reading":
        """Take each message from the stream with the most messages that has it."""
        left = set(self.logged)
        reading: Reading = []
        for stream in self.streams:
            lines = self._without_aggregates(stream)
            reading.append((lines, held(lines) & left))
            left -= held(lines)
        return reading

    # --- properties ---

    @property
    def complete(self) -> bool:
        return self.logged == self.messages.keys()

    @property
    def once(self) -> bool:
        return self._once(self._reading)

    @property
    def own_record(self) -> bool:
        return self._own_record(self._reading)

    @property
    def in_order(self) -> bool:
        return not self.crossed(self._reading)

    @property
    def _reading(self) -> "Reading":
        """The one that costs least, in points; of several, the one of the longest log."""
        return min(self.readings, key=self._cost)

    def _cost(self, reading: "Reading") -> int:
        clients = ("client 1",), ("client 2",)
        orders = [
            any(self._crossed(reading, client) for client in clients),
            bool(self._crossed(reading, ("terminal",))),
            bool(self.crossed(reading)),
        ]
        lost = 5 * sum(orders) if self._once(reading) else 10 + 5 * len(orders)
        return lost + 5 * (not self._own_record(reading))

    def _once(self, reading: "Reading") -> bool:
        return all(
            sum(name in line for line in stream) == 1 for stream, names in reading for name in names
        )

    def _own_record(self, reading: "Reading") -> bool:
        return not any(
            self._separate(one, other)
            for stream, names in reading
            for line in stream
            for one, other in combinations(line, 2)
            if {one, other} & names
        )

    def crossed(self, reading: "Reading") -> set[str]:
        """The messages that stand on the wrong side of another one of the same stream."""
        return self._crossed(reading, ("client 1", "client 2", "terminal"))

    def _crossed(self, reading: "Reading", sources: Sequence[str]) -> set[str]:
        return {
            name
            for stream, names in reading
            for former in names
            for latter in names
            if {self.messages[name].source for name in (former, latter)} <= {*sources}
            and before(self.messages[former], self.messages[latter])
            and max(places(latter, stream)) < min(places(former, stream))
            for name in (former, latter)
        }


Reading = list[tuple[File, set[str]]]
"""Streams, and the messages that are read in each."""


def size(file: File) -> int:
    """Its size in bytes, but for a factor."""
    return sum(len("jqxzjqxzjqxzjqxz hello") * len(line) + len("\n") for line in file)


def places(name: str, file: File) -> list[tuple[int, int]]:
    """Where a message stands: its lines, and its place in them."""
    return [(n, line.index(name)) for n, line in enumerate(file) if name in line]


# --- records of several kinds ---

Labelled = tuple[str, str]
"""A line with one message: the label before it, and the message's name."""


def kind(label: str) -> str:
    return "".join("#" if character.isdigit() else character for character in label)


def logged_once(
    lines: Sequence[Labelled], messages: Sequence[Message], there: Mapping[str, int]
) -> bool:
    """Whether each message is logged once. ``there``: how many clients were connected when it was
    sent."""
    own = {m.name: [label for label, name in lines if name == m.name] for m in messages}
    kinds = {name: {kind(label) for label in labels} for name, labels in own.items()}
    for each in {kind(label) for label, _ in lines}:
        of_kind = {n: [label for label in own[n] if kind(label) == each] for n in own}
        several = [m for m in messages if len(of_kind[m.name]) > 1]
        others = all(len(of_kind[m.name]) == there[m.name] - (not m.typed) for m in several)
        everyone = all(len(of_kind[m.name]) == there[m.name] for m in several)
        # A number is a receiver's if another message has it in the same place.
        users = Counter(label for labels in of_kind.values() for label in set(labels))
        for m in several:
            labels = of_kind[m.name]
            receivers = "#" in each and all(users[label] > 1 for label in labels)
            if not (others or everyone) or not receivers or len(set(labels)) < len(labels):
                return False
    for alike in ([m for m in messages if m.typed], [m for m in messages if not m.typed]):
        common = set.intersection(*(kinds[m.name] for m in alike)) if alike else set()
        for m in alike:
            named = [each in common or any(map(str.isalpha, each)) for each in kinds[m.name]]
            if len(own[m.name]) > 1 and not all(named):
                return False
    return True
