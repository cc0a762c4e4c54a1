"""Evidence: what the logs of a history say, computed once for checks, picture and story."""

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from grader.logs.choice import LOGS, Fault, choose_logs, points_lost
from grader.logs.grouping import concatenations, group_files, stream_of
from grader.logs.holding import Log
from grader.logs.mentions import Location, find_mentions
from grader.logs.neighbours import Neighbours
from grader.logs.nicknames import nickname_messages
from grader.logs.order import Crossing, first_crossing
from grader.logs.readings import Reading, Records, merge_readings, own_messages
from grader.logs.records import Masks, StreamRecords
from grader.logs.repetition import repeated_messages
from grader.logs.streams import LogStream
from grader.model.history import Message, Play


class SharedRecord(NamedTuple):
    """A record that holds two messages which were sent separately."""

    former: Message
    """Settled before ``latter`` was sent."""
    latter: Message
    stream: LogStream
    line: int


class PlayEvidence:
    """What the files of one play say. Everything is computed when it is first asked for, once."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self._known_repeated: dict[Reading, list[Message]] = {}
        self._known_faults: dict[Reading, Set[Fault]] = {}

    # --- streams and mentions ---

    @cached_property
    def _logs(self) -> list[Log]:
        return group_files(self.play)

    @cached_property
    def all_streams(self) -> tuple[LogStream, ...]:
        """The logs that the files form, in the order of their first files."""
        return tuple(stream for stream, _ in map(stream_of, self._logs))

    @cached_property
    def _found(self) -> list[tuple[LogStream, dict[str, Location]]]:
        """Each stream that holds any message, with their locations; the one with the most first."""
        play = self.play
        found = [
            (stream, find_mentions(stream, play.messages, play.letters, whole))
            for stream, whole in map(stream_of, self._logs)
        ]
        found.sort(key=lambda entry: (-len(entry[1]), -len(entry[0].data)))
        return [entry for entry in found if entry[1]]

    @property
    def streams(self) -> tuple[LogStream, ...]:
        """The streams that hold any message, the one that holds most of them first."""
        return tuple(stream for stream, _ in self._found)

    @cached_property
    def locations(self) -> dict[str, Location]:
        """The mentions of each logged message (by name), in the first of :attr:`streams` that has
        it: whatever it is read in."""
        locations: dict[str, Location] = {}
        for _, found in reversed(self._found):
            locations |= found
        return locations

    def __contains__(self, message: Message) -> bool:
        return message.name in self.locations

    @cached_property
    def concatenations(self) -> list[LogStream]:
        """The streams in which a text that is logged in parts may be whole."""
        return concatenations(self.play.files, self._logs)

    @cached_property
    def mentioned(self) -> dict[str, Set[str]]:
        """The messages that each file mentions, by its path; of those that mention any. A nickname
        beside another message only says whose that is."""
        return {
            each.file.path: (each.names - self.nicknames) or each.names
            for log in self._logs
            for each in log
            if each.names
        }

    # --- records and readings ---

    @cached_property
    def _records(self) -> dict[LogStream, StreamRecords]:
        return {stream: StreamRecords(stream, found) for stream, found in self._found}

    @cached_property
    def _masks(self) -> Masks:
        return Masks(self.play)

    @cached_property
    def nicknames(self) -> frozenset[str]:
        """The messages that the server uses as their sources' nicknames."""
        return nickname_messages(self.play, self.locations, self._records.values())

    @cached_property
    def _readings(self) -> Sequence[tuple[str, Reading]]:
        """The readings, and the paths of their logs; of none, if there is only one."""
        masks = self._masks
        own = [dict(own_messages(records, self.nicknames)) for records in self._records.values()]
        alone = {
            name
            for messages in own
            for several in messages.values()
            if len(several) == 1
            for name in several
        }
        by_stream = {
            stream: list(Records(records, masks, messages, alone).readings())
            for (stream, records), messages in zip(self._records.items(), own, strict=True)
        }
        whole = {name for _, found in self._found for name, place in found.items() if not place.cut}
        complete = [
            (stream.path, reading.with_pieces(self.locations))
            for stream, readings in by_stream.items()
            for reading in readings
            if reading.locations.keys() >= (whole or self.locations.keys())
        ]
        if not complete:
            return [("", merge_readings(readings[0] for readings in by_stream.values()))]
        return sorted(complete, key=self._cost) if len(complete) > 1 else complete

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The readings of each stream that has all messages that are logged whole; if there is
        none, one that takes each message from the first stream that has it.

        Never empty. Those that cost least come first.
        """
        return tuple(reading for _, reading in self._readings)

    @cached_property
    def logs(self) -> Mapping[str, Reading]:
        """The logs that have all messages that are logged whole, by their paths: of each, the
        reading that costs least, and that one first which costs least. They are
        :data:`.choice.LOGS` at most."""
        found: dict[str, Reading] = {}
        for path, reading in self._readings:
            if path:
                found.setdefault(path, reading)
        return dict(islice(found.items(), LOGS))

    @cached_property
    def reading(self) -> Reading:
        """The reading that all is judged by: of the log that the whole run is read by."""
        if len(self.logs) < 2:
            return self.readings[0]
        run = {each.play: each for each in (*map(log_evidence, self.play.run), self)}
        chosen = dict(zip(run, choose_logs([*run.values()]), strict=True))[self.play]
        return self.logs[chosen] if chosen else self.readings[0]

    @property
    def read(self) -> Sequence[LogStream]:
        """The streams of the reading, the one that holds most messages first."""
        streams = {place.stream for place in self.reading.locations.values()}
        return [stream for stream in self.streams if stream in streams]

    def faults(self, reading: Reading) -> Set[Fault]:
        """What is wrong with a reading, whether it is judged in this play or not."""
        if reading not in self._known_faults:
            messages = self.play.messages
            sent = [m for m in messages if not m.typed]
            clients = [[m for m in sent if m.source == who] for who in {m.source for m in sent}]
            found: dict[Fault, bool] = {
                "every-message": bool(self._repeated(reading)),
                "exact-text": not all(self.is_exact(m.text, reading) for m in messages),
                "own-record": bool(self._shared(reading, messages, joins_client=False)),
                "client-order": bool(self._crossing(reading, *clients)),
                "terminal-order": bool(self._crossing(reading, self.play.typed)),
                "arrival-order": bool(self._crossing(reading, messages)),
            }
            self._known_faults[reading] = {fault for fault, is_there in found.items() if is_there}
        return self._known_faults[reading]

    def _cost(self, log: tuple[str, Reading]) -> tuple[int, int]:
        faults = self.faults(log[1])
        return points_lost([(self.play.scenario, faults)]), len(faults)

    # --- properties ---

    def is_exact(self, text: str, reading: Reading | None = None) -> bool:
        """Whether a text is logged unaltered and in one piece, in one of the streams of the
        reading."""
        read = self.reading if reading is None else reading
        streams = {place.stream for place in read.locations.values()}
        return any(stream.contains_exact(text) for stream in streams)

    @cached_property
    def repeated(self) -> tuple[Reading, list[Message]] | None:
        """The messages that the reading has more than once; None: it has each once."""
        messages = self._repeated(self.reading)
        return (self.reading, messages) if messages else None

    def _repeated(self, reading: Reading) -> list[Message]:
        if reading in self._known_repeated:
            return self._known_repeated[reading]
        # A text in Chinese may have other characters in each of its records.
        asked = [m for m in self.play.messages if m.name not in self.nicknames and m.text.isascii()]
        neighbours = Neighbours(reading, self._masks, self.nicknames)
        found = repeated_messages(reading, self.play, asked, self.nicknames, neighbours)
        self._known_repeated[reading] = found
        return found

    def crossing(self, *groups: Iterable[Message]) -> tuple[Reading, Crossing] | None:
        """Return the first two messages of one of ``groups`` that are logged in the wrong order, in
        the reading; None: every group is in order."""
        crossing = self._crossing(self.reading, *groups)
        return (self.reading, crossing) if crossing else None

    def _crossing(self, reading: Reading, *groups: Iterable[Message]) -> Crossing | None:
        # Nicknames are logged with each later message, not in their turn.
        ordered = ([m for m in group if m.name not in self.nicknames] for group in groups)
        found = (first_crossing(reading.locations, messages) for messages in ordered)
        return next((crossing for crossing in found if crossing), None)

    def shared_record(
        self, messages: Sequence[Message], *, joins_client: bool
    ) -> SharedRecord | None:
        """Return the first record that two separate messages share in the reading; None: each of
        ``messages`` has its own. ``joins_client``: what one client sends counts as one text."""
        return self._shared(self.reading, messages, joins_client=joins_client)

    def _shared(
        self, reading: Reading, messages: Sequence[Message], *, joins_client: bool
    ) -> SharedRecord | None:
        asked = {message.name for message in messages}
        alone = {
            name
            for records in self._records.values()
            for mentioned in records.mentioned.values()
            if len(own := asked & mentioned) == 1
            for name in own
        }
        return shared_record(reading, messages, joins_client=joins_client, alone=alone)


def shared_record(
    reading: Reading,
    messages: Iterable[Message],
    *,
    joins_client: bool,
    alone: Set[str] = frozenset(),
) -> SharedRecord | None:
    """Return the first record of ``reading`` that two separate messages share, unless each of them
    is ``alone`` in another one."""

    def separate(former: Message, latter: Message) -> bool:
        if joins_client and not former.typed and former.source == latter.source:
            return False
        return former.settled is not None and former.settled < latter.sent

    asked = {message.name: message for message in messages}
    shared = []
    for one in asked.values():
        for name, offset in reading.sharing.get(one.name, {}).items():
            if name in asked and not {name, one.name} <= alone:
                former, latter = sorted((one, asked[name]), key=lambda message: message.sent)
                if separate(former, latter):
                    stream = reading.locations[one.name].stream
                    shared.append((stream.path, offset, former, latter, stream))
    if not shared:
        return None
    _, offset, former, latter, stream = min(shared, key=lambda each: each[:2])
    return SharedRecord(former, latter, stream, stream.line_at(offset))


def log_evidence(play: Play) -> PlayEvidence:
    """Return the evidence of a play."""
    known: PlayEvidence | None = vars(play).get("_evidence")
    if known is None:
        known = PlayEvidence(play)
        object.__setattr__(play, "_evidence", known)
    return known
