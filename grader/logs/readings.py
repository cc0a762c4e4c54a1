"""Readings: the ways in which a play's files can be read as one log."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from grader.logs.mentions import Location
from grader.logs.records import Entry, Form, Masks, StreamRecords

RECORDS = 100
"""Records of one message that are compared with others. More than a right server writes: it has a
record for each of fifty clients at most."""

_KINDS = 8
"""Kinds of record that a stream is read by. A server's own code writes a handful."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One way to read the files as one log: a place for each message."""

    locations: Mapping[str, Location]
    """Each message that is logged, where it is read: in its records of one kind."""
    sharing: Mapping[str, Mapping[str, int]]
    """The messages that each message shares a record with, there; and its offset in the record."""
    mentions: Mapping[str, Location]
    """All records of each message, whatever their kind, but for aggregates."""
    forms: Mapping[str, Sequence[Form]]
    """The forms of these records, of the first :data:`RECORDS`."""
    summed_up: Set[str] = frozenset()
    """The messages that aggregates mention."""

    def with_pieces(self, locations: Mapping[str, Location]) -> "Reading":
        """Return this reading with the messages that it lacks, in pieces as ``locations`` has
        them."""
        if len(self.locations) == len(locations):
            return self
        return replace(
            self,
            locations={**locations, **self.locations},
            mentions={**locations, **self.mentions},
        )


def own_messages(
    records: StreamRecords, nicknames: Collection[str]
) -> Iterator[tuple[int, set[str]]]:
    """Yield each record, by its start, and the messages that it mentions, without nicknames."""
    for start, mentioned in records.mentioned.items():
        yield start, mentioned - {*nicknames}


class Records:
    """The records of a stream without its aggregates.

    ``messages``: the messages of each record, without nicknames, by the record's start; ``alone``:
    those that have a record without others, in this stream or in another one.
    """

    def __init__(
        self,
        records: StreamRecords,
        masks: Masks,
        messages: Mapping[int, set[str]],
        alone: Set[str],
    ) -> None:
        self._records = records
        self._masks = masks
        self.messages = messages
        self.entries: dict[str, list[Entry]] = {}
        """The records of each message, without aggregates."""
        self.summed_up: set[str] = set()
        """The messages that aggregates mention."""
        for name, entries in records.entries.items():
            kept = [e for e in entries if len(messages[e.start]) < 2 or messages[e.start] - alone]
            if kept:
                self.entries[name] = kept
            if len(kept) < len(entries):
                self.summed_up.add(name)

    def forms(self) -> dict[str, list[tuple[Form, Entry]]]:
        """Make the forms of each message's records, of :data:`RECORDS` at most."""
        return {
            name: [
                (self._masks.form(self._records.text_around(entry), name), entry)
                for entry in islice(entries, RECORDS)
            ]
            for name, entries in self.entries.items()
        }

    def readings(self) -> Iterator[Reading]:
        """Yield the readings of the stream: the one by the most common kinds of record first."""
        forms = self.forms()
        kinds = {
            name: list(dict.fromkeys(form.skeleton for form, _ in listed))
            for name, listed in forms.items()
        }
        common = Counter(kind for listed in kinds.values() for kind in listed)
        usual = {
            n: max(listed, key=lambda kind: (common[kind], kind)) for n, listed in kinds.items()
        }
        seen: list[dict[str, str]] = []
        for kind, count in (("", 0), *common.most_common(_KINDS)):
            chosen = {n: kind if kind in kinds[n] and count > 1 else usual[n] for n in usual}
            if chosen not in seen:
                seen.append(chosen)
                yield self._reading(forms, chosen)

    def _reading(
        self, forms: Mapping[str, list[tuple[Form, Entry]]], chosen: Mapping[str, str]
    ) -> Reading:
        """Read each message in its records of the ``chosen`` kind."""
        stream = self._records.stream
        cut = {name: place for name, place in self._records.locations.items() if place.cut}
        locations, mentions = dict(cut), dict(cut)
        sharing: dict[str, dict[str, int]] = {}
        for name, listed in forms.items():
            entries = [entry for form, entry in listed if form.skeleton == chosen[name]]
            locations[name] = Location(stream, [entry.offset for entry in entries])
            mentions[name] = Location(stream, [entry.offset for entry in self.entries[name]])
            sharing[name] = {
                other: entry.offset
                for entry in reversed(entries)
                for other in self.messages[entry.start] - {name}
            }
        return Reading(
            locations=locations,
            sharing=sharing,
            mentions=mentions,
            forms={name: [form for form, _ in listed] for name, listed in forms.items()},
            summed_up=self.summed_up,
        )


def merge_readings(readings: Iterable[Reading]) -> Reading:
    """Return the reading that takes each message from the first of ``readings`` that has it."""
    merged: tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]
    merged = ({}, {}, {}, {})
    summed_up: set[str] = set()
    for reading in readings:
        new = reading.locations.keys() - merged[0].keys()
        parts = (reading.locations, reading.sharing, reading.mentions, reading.forms)
        for known, part in zip(merged, parts, strict=True):
            known |= {name: part[name] for name in new & part.keys()}
        summed_up |= reading.summed_up
    return Reading(*merged, summed_up)
