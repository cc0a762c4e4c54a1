"""Faults: what a wrong program does to its log, and the checks that it must cost."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations

from logs.files import files
from logs.grammar import Record, Style, records
from logs.scripts import Received, Script

Groups = list[list[Record]]


@dataclass(frozen=True)
class Fault:
    """One mistake. Its fields say where it shows, in the play with several sources."""

    kind: str = ""
    """One of :data:`KINDS`, or none."""
    at: int = 0
    """A text that it concerns: one of ``at % count``."""

    @property
    def costs(self) -> frozenset[str]:
        """The checks that have to fail."""
        return frozenset(KINDS[self.kind].costs) if self.kind else frozenset()


@dataclass(frozen=True, kw_only=True)
class Kind:
    costs: tuple[str, ...]
    everywhere: bool = True
    """Whether it shows in every play, or only in the one with several sources."""
    order: Callable[[list[Received], int], list[Received]] = lambda received, at: received
    text: Callable[[str], str] = lambda text: text
    groups: Callable[[Groups, int], Groups] = lambda groups, at: groups
    files: Callable[[Style, Groups, int], dict[str, bytes]] = lambda style, groups, at: files(
        style, groups
    )
    fits: Callable[[Style], bool] = lambda style: True
    """Whether it is a fault of a program of this style at all, and shows."""


# --- order ---


def _swap(received: list[Received], at: int, alike: Callable[[Received, Received], bool]) -> list[
    Received
]:  # fmt: skip
    """Exchange two texts that came one after the other, in turns of their own."""
    places = [
        (n, m)
        for n, m in combinations(range(len(received)), 2)
        if received[n].turn < received[m].turn
        and received[n].number
        and received[m].number
        and alike(received[n], received[m])
    ]
    n, m = places[at % len(places)]
    swapped = list(received)
    swapped[n], swapped[m] = swapped[m], swapped[n]
    return swapped


# --- repetitions ---


def _all_again(
    change: Callable[[Record], Record], times: int = 2
) -> Callable[[Groups, int], Groups]:
    def again(groups: Groups, at: int) -> Groups:
        found = []
        for group in groups:
            repeated = list(group)
            for _ in range(1, times):
                repeated += [change(record) for record in group if record.source]
            found.append(repeated)
        return found

    return again


def _same(record: Record) -> Record:
    return record


def _trailing_blank(record: Record) -> Record:
    return record._replace(text=record.text + " ")


def _later(record: Record) -> Record:
    return record._replace(number=record.number + 1)


def _capital(record: Record) -> Record:
    return record._replace(label=record.label.capitalize(), who=record.who.capitalize())


def _numbered(groups: Groups, at: int) -> Groups:
    return [
        [
            record._replace(label=f"{n} {record.label}".strip())
            for record in group
            for n in (range(2) if record.source else (0,))
        ]
        for group in groups
    ]


def _one_again(groups: Groups, at: int) -> Groups:
    found = list(groups)
    said = [n for n, group in enumerate(groups) if n > len(groups) // 2]
    n = said[at % len(said)]
    found[n] = [*groups[n], groups[n][at % len(groups[n])]]
    return found


def _for_each_client(groups: Groups, at: int) -> Groups:
    """As many records as clients are there, which name nobody."""
    found, there = [], set[str]()
    for group in groups:
        there |= {record.source for record in group} - {"", "terminal"}
        found.append([record for record in group for _ in there or [""]])
    return found


def _again_if(
    chosen: Callable[[Groups, int], bool],
) -> Callable[[Groups, int], Groups]:
    def again(groups: Groups, at: int) -> Groups:
        return [group * (2 if chosen(groups, n) else 1) for n, group in enumerate(groups)]

    return again


def _lost(groups: Groups, at: int) -> Groups:
    found = list(groups)
    later = range(len(groups) // 2, len(groups))
    found[later[at % len(later)]] = []
    return found


# --- shared records ---


def _without_ends(style: Style, groups: Groups, at: int) -> dict[str, bytes]:
    return files(replace(style, end=""), groups)


def _two_joined(groups: Groups, at: int) -> Groups:
    """One record holds two texts, one after the other, that came in turns of their own."""
    found = list(groups)
    n = 6 + at % 3
    joined = groups[n][0].text + groups[n + 1][0].text
    found[n : n + 2] = [[record._replace(text=joined) for record in groups[n]]]
    return found


def _one_buffer(received: list[Received], at: int) -> list[Received]:
    """What has come of a message whose rest is missing is joined with whatever comes next."""
    found: list[Received] = []
    for one in received:
        if found and found[-1].text.endswith(" Hel"):
            one = replace(one, text=found.pop().text + one.text)
        found.append(one)
    return found


# --- files ---


def _file_of_each(
    name: Callable[[Record, int], str],
) -> Callable[[Style, Groups, int], dict[str, bytes]]:
    def split(style: Style, groups: Groups, at: int) -> dict[str, bytes]:
        parts: dict[str, Groups] = {}
        for n, group in enumerate(groups):
            parts.setdefault(name(group[-1], n), []).append(group)
        return {path: files(style, part)["server.log"] for path, part in parts.items()}

    return split


def _alone(style: Style) -> bool:
    """Whether it writes one file, and each text once there: of more, another reading may be
    right."""
    return not (style.rotation or style.beside or style.headline or style.summary)


def _in_one_file(style: Style) -> bool:
    """Whether its log is one file: in which file of several a text stands says when it was written,
    too, and says otherwise than the order within it if that is wrong."""
    return not style.rotation and style.beside in ("", "copy", "latest only", "newest on top")


def _no_better(style: Style) -> bool:
    """Whether no file beside its log holds each text once: such a file is a log that is right."""
    return style.beside not in ("newest on top", "json history")


def _no_better_anywhere(style: Style) -> bool:
    """The same for each play: if texts arrive joined, a summary holds them like any record."""
    return _no_better(style) and style.beside != "one line"


ORDERS = "client-order", "terminal-order", "arrival-order"
TWICE = "every-message", "burst"
KINDS = {
    "lost": Kind(costs=("every-message",), everywhere=False, groups=_lost),
    "client's swapped": Kind(
        costs=("client-order", "arrival-order"),
        everywhere=False,
        order=lambda received, at: _swap(
            received, at, lambda one, other: one.source == other.source and not one.typed
        ),
        fits=_in_one_file,
    ),
    "typed swapped": Kind(
        costs=("terminal-order", "arrival-order"),
        everywhere=False,
        order=lambda received, at: _swap(
            received, at, lambda one, other: one.typed and other.typed
        ),
        fits=_in_one_file,
    ),
    "newest first": Kind(
        costs=(*ORDERS, "burst", "large-message"),
        groups=lambda groups, at: groups[::-1],
        fits=_alone,
    ),
    "by source": Kind(
        costs=("arrival-order",),
        groups=lambda groups, at: sorted(groups, key=lambda group: group[-1].source),
        fits=_alone,
    ),
    "all twice": Kind(costs=TWICE, groups=_all_again(_same), fits=_no_better_anywhere),
    "all three times": Kind(costs=TWICE, groups=_all_again(_same, 3), fits=_no_better_anywhere),
    "again with a blank": Kind(
        costs=TWICE,
        groups=_all_again(_trailing_blank),
        fits=_no_better_anywhere,
    ),
    "again a second later": Kind(
        costs=TWICE,
        groups=_all_again(_later),
        fits=_no_better_anywhere,
    ),
    "again in capitals": Kind(costs=TWICE, groups=_all_again(_capital), fits=_no_better_anywhere),
    "numbered twice": Kind(
        costs=TWICE,
        groups=_numbered,
        # With two receivers for each text, the numbers may be theirs.
        fits=lambda style: _no_better_anywhere(style) and not style.nicknames,
    ),
    "once for each client": Kind(
        costs=("every-message",), everywhere=False, groups=_for_each_client, fits=_no_better
    ),
    "typed lines twice": Kind(
        costs=("every-message",),
        everywhere=False,
        groups=_again_if(lambda groups, n: groups[n][-1].source == "terminal"),
        fits=_no_better,
    ),
    "twice in a rush": Kind(
        costs=("every-message",),
        everywhere=False,
        groups=_again_if(lambda groups, n: n >= len(groups) - 4),
        fits=_no_better,
    ),
    "one again": Kind(
        costs=("every-message",), everywhere=False, groups=_one_again, fits=_no_better
    ),
    # Of several files, some would be copies of others.
    "from the start": Kind(
        costs=TWICE,
        groups=lambda groups, at: groups + groups,
        fits=lambda style: (
            _no_better_anywhere(style) and not style.rotation and style.beside != "beginning"
        ),
    ),
    "in capitals": Kind(costs=("exact-text",), text=str.upper),
    "last character cut": Kind(
        costs=("exact-text", "burst", "large-message"), text=lambda text: text[:-1]
    ),
    "no chinese": Kind(
        costs=("exact-text",), text=lambda text: text.encode("ascii", "replace").decode()
    ),
    "no line ends": Kind(
        costs=("own-record",),
        files=_without_ends,
        fits=lambda style: _alone(style) and style.layout == "lines",
    ),
    "two in one record": Kind(
        costs=("own-record",),
        everywhere=False,
        groups=_two_joined,
        # One of the two would have the other's receivers, its name, or its kinds of record.
        fits=lambda style: (
            not (style.receivers or style.nicknames or style.forms) and _alone(style)
        ),
    ),
    "one buffer for all": Kind(
        costs=("burst",),
        order=_one_buffer,
        # A file beside its log may hold each text by itself.
        fits=_alone,
    ),
    "typed lines apart": Kind(
        costs=("one-log",),
        files=_file_of_each(
            lambda one, n: f"{'typed' if one.source == 'terminal' else 'sent'}.txt"
        ),
        fits=_alone,
    ),
    "a file for each source": Kind(
        costs=("one-log",), files=_file_of_each(lambda one, n: one.source + ".txt"), fits=_alone
    ),
    "a file for each message": Kind(
        costs=("one-log",), files=_file_of_each(lambda one, n: f"120001_{n * 7919:06}"), fits=_alone
    ),
}


def log(style: Style, fault: Fault, script: Script) -> dict[str, bytes]:
    """What a program with this fault leaves behind after a play."""
    kind = KINDS[fault.kind] if fault.kind else Kind(costs=())
    if not kind.everywhere and script.scenario != "together":
        kind = Kind(costs=())
    received = list(script.received)
    if style.turned:
        received.sort(key=lambda one: (one.turn, -script.received.index(one)))
    received = kind.order(received, fault.at)
    groups = records(style, [replace(one, text=kind.text(one.text)) for one in received])
    return kind.files(style, kind.groups(groups, fault.at), fault.at)
