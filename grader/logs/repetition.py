"""Repetition: which messages are logged more often than they were sent."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from grader.logs.neighbours import Neighbours, steps
from grader.logs.readings import Reading
from grader.logs.records import Form
from grader.model import event
from grader.model.history import Message, Play

_MOST = 60
"""Records of one message in two lines that are looked at. Fifty clients at most receive it."""


class _Room(NamedTuple):
    """Who may have received what was sent."""

    clients: Mapping[str, tuple[int, int]]
    """For each message, how many other clients, and how many in all, were connected."""
    known: Mapping[str, str]
    """What names a client for certain, and the client."""
    sources: Mapping[str, str]
    """Who sent each message."""


_Kind = Mapping[str, Sequence[Form]]
"""Records, by their messages."""


def repeated_messages(
    reading: Reading,
    play: Play,
    messages: Sequence[Message],
    nicknames: Collection[str],
    neighbours: Neighbours,
) -> list[Message]:
    """Return those of ``messages`` that are logged more than once, in the order of sending.

    ``nicknames``: messages that name their sources; ``neighbours``: the lines near the records.
    The module's package defines *once*.
    """
    forms = reading.forms
    kinds: dict[str, dict[str, list[int]]] = {}
    for message in messages:
        for at, form in enumerate(forms.get(message.name, ())):
            kinds.setdefault(form.skeleton, {}).setdefault(message.name, []).append(at)
    sources = {message.name: message.source for message in play.messages}
    connected = {e.source: e.source for e in play.events if isinstance(e, event.Connected)}
    named = {name: sources[name] for name in nicknames}
    room = _Room(dict(_clients(play)), {**connected, **named}, sources)
    repeated: set[str] = set()
    for places in kinds.values():
        again = _again({n: [forms[n][at] for at in own] for n, own in places.items()}, room)
        if again:
            apart = (_again_in_two_lines(places, neighbours, step, room) for step in steps())
            again = min([again, *(other for other in apart if other is not None)], key=len)
        repeated |= again
    for alike in ([m for m in messages if m.typed], [m for m in messages if not m.typed]):
        asked = {message.name for message in alike if forms.get(message.name)}
        bare = {
            name
            for places in kinds.values()
            if not asked <= places.keys() | reading.summed_up and not _has_word(places, forms)
            for name in asked & places.keys()
        }
        repeated |= {name for name in bare if len(forms[name]) > 1}
    return [message for message in messages if message.name in repeated]


def _has_word(places: Mapping[str, Sequence[int]], forms: _Kind) -> bool:
    name, own = next(iter(places.items()))
    return forms[name][own[0]].has_word


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


def _again(of_kind: _Kind, room: _Room, *, apart: bool = False) -> set[str]:
    """Return the messages with several records of one kind that are not one for each receiver.

    There are as many receivers as other clients, or as clients, and each record names another one:
    one who is known, or somebody whom another message's records name in the same place. ``apart``:
    the name stands on a line of its own, which may be another record's: one that names the
    message's source is, unless all clients receive it.
    """
    several = {name: own for name, own in of_kind.items() if len(own) > 1}
    as_many = [
        which
        for which in (0, 1)
        if all(len(own) == room.clients.get(name, (0, 0))[which] for name, own in several.items())
    ]
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


def _again_in_two_lines(
    places: Mapping[str, Sequence[int]], neighbours: Neighbours, step: int, room: _Room
) -> set[str] | None:
    """Return the messages that are logged several times in records of one kind, taken together
    with the lines ``step`` lines away; None if they do not all have such lines.

    With these, they are of several kinds. Of kinds that none of the other messages has, and that
    name the same clients, a message has one: what differs each time, such as a key, is no kind.
    """
    if any(len(own) > _MOST for own in places.values()):
        return None
    kinds: dict[str, dict[str, list[Form]]] = {}
    for name, own in places.items():
        for at in own:
            form = neighbours.with_line(name, at, step)
            if not form:
                return None
            kinds.setdefault(form.skeleton, {}).setdefault(name, []).append(form)
    again = set[str]().union(*(_again(of_kind, room, apart=True) for of_kind in kinds.values()))
    singles = Counter(
        (name, tuple(who for who in own[0].names if who in room.known))
        for of_kind in kinds.values()
        if len(of_kind) == 1 < len(places)
        for name, own in of_kind.items()
        if len(own) == 1
    )
    return again | {name for (name, _), count in singles.items() if count > 1}
