"""Repetition: which messages are logged more often than they were sent."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from grader.logs.records import Form
from grader.model import event
from grader.model.history import Message, Play


def repeated_messages(
    forms: Mapping[str, Sequence[Form]],
    play: Play,
    messages: Sequence[Message],
    nicknames: Collection[str],
) -> list[Message]:
    """Return those of ``messages`` that are logged more than once, in the order of sending.

    ``forms``: the records of each message; ``nicknames``: messages that name their sources. The
    module's package defines *once*.
    """
    kinds: dict[str, dict[str, list[Form]]] = {}
    for message in messages:
        for form in forms.get(message.name, ()):
            kinds.setdefault(form.skeleton, {}).setdefault(message.name, []).append(form)
    clients = dict(_clients(play))
    known = {*nicknames, *(e.source for e in play.events if isinstance(e, event.Connected))}
    repeated: set[str] = set()
    for of_kind in kinds.values():
        repeated |= _again(of_kind, clients, known)
    for alike in ([m for m in messages if m.typed], [m for m in messages if not m.typed]):
        asked = {message.name for message in alike if forms.get(message.name)}
        bare = {
            name
            for of_kind in kinds.values()
            if not asked <= of_kind.keys() and not next(iter(of_kind.values()))[0].has_word
            for name in asked & of_kind.keys()
        }
        repeated |= {name for name in bare if len(forms[name]) > 1}
    return [message for message in messages if message.name in repeated]


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


def _again(
    of_kind: Mapping[str, Sequence[Form]],
    clients: Mapping[str, tuple[int, int]],
    known: Collection[str],
) -> set[str]:
    """Return the messages with several records of one kind that are not one for each receiver.

    There are as many receivers as other clients, or as clients, and each record names another one:
    one of ``known``, or somebody whom another message's records name in the same place.
    """
    several = {name: own for name, own in of_kind.items() if len(own) > 1}
    as_many = any(
        all(len(own) == clients.get(name, (0, 0))[which] for name, own in several.items())
        for which in (0, 1)
    )
    if not as_many:
        return set(several)
    users: dict[tuple[int, str], set[str]] = defaultdict(set)
    for name, own in of_kind.items():
        for form in own:
            for place in enumerate(form.names):
                users[place].add(name)

    def names_receivers(own: Sequence[Form]) -> bool:
        for at in range(min(len(form.names) for form in own)):
            receivers = [form.names[at] for form in own]
            named = all(r in known or len(users[at, r]) > 1 for r in receivers)
            if named and len(set(receivers)) == len(receivers):
                return True
        return False

    return {name for name, own in several.items() if not names_receivers(own)}
