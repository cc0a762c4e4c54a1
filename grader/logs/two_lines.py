"""Records in two lines: what a record is may stand on another line than its message.

A line between two records may be the former's last one or the latter's first one. How alike the
records are shows which: a program writes the same lines for each message of a kind.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from grader.logs.neighbours import Neighbours, steps
from grader.logs.receivers import Room, again
from grader.logs.records import Form

_MOST = 60
"""Records of one message in two lines that are looked at. Fifty clients at most receive it."""

Places = Mapping[str, Sequence[int]]
"""The numbers of records among those of their messages, by the messages."""

_Lines = Mapping[tuple[str, int], Form]
"""Lines, each taken to belong to a message's record with a number."""


def again_in_two_lines(places: Places, neighbours: Neighbours, room: Room) -> Iterator[set[str]]:
    """Yield the messages that are logged several times in records of one kind, taken together with
    the lines at one distance: for each distance at which the records have lines of their own."""
    if any(len(own) > _MOST for own in places.values()) or not _is_regular(places, room):
        return
    apart = neighbours.distance(places)
    for step in steps():
        lines = _lines_at(step, places, neighbours)
        if len(lines) == sum(map(len, places.values())):
            # Those on the other sides of the records, which would be the next records' own.
            others = _lines_at(step - apart if step > 0 else step + apart, places, neighbours)
            if not _fit_better(others, lines, neighbours, room):
                yield _again_with(lines, neighbours, room)


def _lines_at(step: int, places: Places, neighbours: Neighbours) -> _Lines:
    """The lines that are ``step`` lines from the records at ``places``, of those that have one."""
    return {
        (name, at): line
        for name, own in places.items()
        for at in own
        if (line := neighbours.beside(name, at, step))
    }


def _is_regular(places: Places, room: Room) -> bool:
    """Whether each message has as many records as a program writes that treats all alike.

    Of the first messages of each source, of later ones, and of typed lines likewise: the same
    number, but for one for each client, or for each other one.
    """
    alike: dict[tuple[bool, bool], list[str]] = defaultdict(list)
    for name in places:
        alike[name in room.typed, name in room.first].append(name)
    return all(
        any(
            len({len(places[name]) - each * room.clients[name][who] for name in names}) == 1
            for each, who in ((0, 0), (1, 0), (1, 1))
        )
        for names in alike.values()
    )


def _fit_better(others: _Lines, lines: _Lines, neighbours: Neighbours, room: Room) -> bool:
    """Whether ``others`` are the records' own lines rather than ``lines``: with them, messages are
    repeated, and the messages' records are more alike; or as much so, and more than receivers."""
    known = {name for name, _ in lines} - {name for name, _ in lines.keys() - others.keys()}
    counts = _skeletons(others, known)
    different, usual = (
        len({(name in room.typed, frozenset(own.items())) for name, own in each.items()})
        for each in (counts, _skeletons(lines, known))
    )
    if different < usual:
        return bool(_again_with(others, neighbours, room))
    return different == usual and _are_too_many(counts, room)


def _skeletons(lines: _Lines, names: Set[str]) -> dict[str, Counter[str]]:
    """Return how many lines with each skeleton each of ``names`` has."""
    counts = {name: Counter[str]() for name in names}
    for (name, _), line in lines.items():
        if name in names:
            counts[name][line.skeleton] += 1
    return counts


def _are_too_many(skeletons: Mapping[str, Counter[str]], room: Room) -> bool:
    """Whether there are messages with several records of a kind, but not as many as receivers."""
    kinds: dict[str, dict[str, int]] = {}
    for name, counts in skeletons.items():
        for skeleton, count in counts.items():
            if count > 1:
                kinds.setdefault(skeleton, {})[name] = count
    return not all(map(room.has_as_many, kinds.values()))


def _again_with(lines: _Lines, neighbours: Neighbours, room: Room) -> set[str]:
    """Return the messages that are logged several times in records that ``lines`` belong to.

    With these, they are of several kinds. Of kinds that none of the other messages has, and that
    name the same clients, a message has one: what differs each time, such as a key, is no kind.
    """
    kinds: dict[str, dict[str, list[Form]]] = {}
    for (name, at), line in lines.items():
        form = neighbours.with_line(name, at, line)
        kinds.setdefault(form.skeleton, {}).setdefault(name, []).append(form)
    repeated = set[str]().union(*(again(of_kind, room, apart=True) for of_kind in kinds.values()))
    messages = {name for name, _ in lines}
    singles = Counter(
        (name, tuple(who for who in own[0].names if who in room.known))
        for of_kind in kinds.values()
        if len(of_kind) == 1 < len(messages)
        for name, own in of_kind.items()
        if len(own) == 1
    )
    return repeated | {name for (name, _), count in singles.items() if count > 1}
