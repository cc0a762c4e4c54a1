"""Records in two lines: what a record is may stand on another line than its message.

A line between two records may be the former's last one or the latter's first one. How alike the
records are shows which: a program writes the same lines for each message of a kind.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import pairwise

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
    records = [(name, at) for name, own in places.items() for at in own]
    for step in steps():
        lines = {each: line for each in records if (line := neighbours.beside(*each, step))}
        if len(lines) == len(records):
            others = _on_the_other_side(step, lines, neighbours)
            if not _fit_better(others, lines, neighbours, room):
                yield _again_with(lines, neighbours, room)


def _on_the_other_side(step: int, lines: _Lines, neighbours: Neighbours) -> _Lines:
    """Return the lines on the other sides of the records, as far as known: the next records' own,
    if those at the distance ``step`` are.

    The next record is one of the kind. Before it there may be other records of the same message.
    If there is something else, the line may belong to that. If the log ends there, it does not.
    """
    own: dict[str, dict[int, Form]] = {}
    for (name, at), line in lines.items():
        path, number = neighbours.place(name, at)
        own.setdefault(path, {})[number] = line
    pairs = [(path, *pair) for path, each in own.items() for pair in pairwise(sorted(each))]
    apart = min((b - a for _, a, b in pairs), default=0)
    following = {(path, a): own[path][b] for path, a, b in pairs}
    if step > 0:
        apart, following = -apart, {(path, b): own[path][a] for path, a, b in pairs}
    others: dict[tuple[str, int], Form] = {}
    for name, at in lines:
        path, number = neighbours.place(name, at)
        near = number + apart
        found = None
        if near in own[path] or name in neighbours.texts_on(path, near):
            found = following.get((path, number))
        elif neighbours.is_outside(name, near):
            found = neighbours.beside(name, at, step + apart)
        if found:
            others[name, at] = found
    return others


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
