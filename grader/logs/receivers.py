"""Receivers: whether several records of one message are one for each client that it was sent to."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Self

from grader.logs.records import Form
from grader.model import event
from grader.model.history import Play

Kind = Mapping[str, Sequence[Form]]
"""Records of one kind, by their messages."""


@dataclass(frozen=True)
class Room:
    """Who may have received what was sent."""

    clients: Mapping[str, tuple[int, int]]
    """For each message, how many other clients, and how many in all, were connected."""
    known: Mapping[str, str]
    """What names a client for certain, and the client."""
    sources: Mapping[str, str]
    """Who sent each message."""
    typed: Set[str]
    """The messages that were typed."""
    first: Set[str]
    """The first message of each source."""

    @classmethod
    def of_play(cls, play: Play, nicknames: Collection[str]) -> Self:
        """``nicknames``: messages that name their sources."""
        sources = {message.name: message.source for message in play.messages}
        connected = {e.source: e.source for e in play.events if isinstance(e, event.Connected)}
        return cls(
            clients=dict(_clients(play)),
            known={**connected, **{name: sources[name] for name in nicknames}},
            sources=sources,
            typed={message.name for message in play.typed},
            first={*{m.source: m.name for m in reversed(play.messages)}.values()},
        )

    def has_as_many(self, counts: Mapping[str, int]) -> list[int]:
        """Return 0 if each message has as many records as there are other clients, 1 if it has as
        many as there are clients; or both, or neither."""
        return [
            which
            for which in (0, 1)
            if all(n == self.clients.get(name, (0, 0))[which] for name, n in counts.items())
        ]


def _clients(play: Play) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each message, and how many other clients and how many clients in all were connected
    when it was sent."""
    speakers = {message.source for message in play.messages if not message.typed}
    connects = {e.source for e in play.events if isinstance(e, event.Connected)}
    there = speakers - connects
    for happened in play.events:
        match happened:
            case event.Connected(source=source):
                there.add(source)
            case (
                event.Left(source=source)
                | event.Reset(source=source)
                | event.ClosedByServer(source=source)
            ):
                there.discard(source)
            case event.Sent(message=name, source=source):
                yield name, (len(there - {source}), len(there))


def again(of_kind: Kind, room: Room, *, apart: bool = False) -> set[str]:
    """Return the messages with several records of one kind that are not one for each receiver.

    There are as many receivers as other clients, or as clients, and each record names another one:
    one who is known, or somebody whom another message's records name in the same place. ``apart``:
    the name stands on a line of its own, which may be another record's: one that names the
    message's source is, unless all clients receive it.
    """
    several = {name: own for name, own in of_kind.items() if len(own) > 1}
    as_many = room.has_as_many({name: len(own) for name, own in several.items()})
    if not as_many:
        return set(several)
    users: dict[tuple[int, str], set[str]] = defaultdict(set)
    for name, own in of_kind.items():
        for form in own:
            for place in enumerate(form.names):
                users[place].add(name)

    def names_receivers(name: str, own: Sequence[Form]) -> bool:
        for at in range(min(len(form.names) for form in own)):
            receivers = [form.names[at] for form in own]
            named = all(r in room.known or len(users[at, r]) > 1 for r in receivers)
            to_itself = room.sources[name] in {room.known.get(r) for r in receivers}
            if apart and to_itself and 1 not in as_many:
                continue
            if named and len(set(receivers)) == len(receivers):
                return True
        return False

    return {name for name, own in several.items() if not names_receivers(name, own)}
