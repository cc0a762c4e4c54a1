"""Repetition: which messages are logged more often than they were sent."""

from collections.abc import Collection, Mapping, Sequence

from grader.logs.neighbours import Neighbours
from grader.logs.readings import Reading
from grader.logs.receivers import Kind, Room, again
from grader.logs.two_lines import again_in_two_lines
from grader.model.history import Message, Play


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
    room = Room.of_play(play, nicknames)
    repeated: set[str] = set()
    for places in kinds.values():
        found = again({n: [forms[n][at] for at in own] for n, own in places.items()}, room)
        if found:
            found = min([found, *again_in_two_lines(places, neighbours, room)], key=len)
        repeated |= found
    for alike in ([m for m in messages if m.typed], [m for m in messages if not m.typed]):
        asked = {message.name for message in alike if forms.get(message.name)}
        bare = {
            name
            for places in kinds.values()
            if not asked <= places.keys() | reading.summed_up | _above(places, reading, messages)
            and not _has_word(places, forms)
            for name in asked & places.keys()
        }
        repeated |= {name for name in bare if len(forms[name]) > 1}
    return [message for message in messages if message.name in repeated]


def _above(
    places: Mapping[str, Sequence[int]], reading: Reading, messages: Sequence[Message]
) -> set[str]:
    """The message whose record is above those at ``places``, if no other one is between these: a
    summary of lines that were typed may take several lines, of which the first has a heading."""
    logged = [message.name for message in messages if message.name in reading.mentions]
    all_records = [(offset, name) for name in logged for offset in reading.mentions[name].offsets]
    own = {reading.mentions[name].offsets[at] for name, found in places.items() for at in found}
    first, last = min(own), max(own)
    if any(first < offset < last and offset not in own for offset, _ in all_records):
        return set()
    return {name for _, name in sorted(r for r in all_records if r[0] < first)[-1:]}


def _has_word(places: Mapping[str, Sequence[int]], forms: Kind) -> bool:
    name, own = next(iter(places.items()))
    return forms[name][own[0]].has_word
