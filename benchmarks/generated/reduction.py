"""Reduces a program that is judged wrongly to the fewest rare decisions that still show it."""

import itertools
from collections.abc import Callable, Iterator

from generated.program import DIMENSIONS, Fault, Style, plain, settle


def rare(style: Style, fault: Fault | None) -> dict[str, str]:
    """The values of ``style`` that differ from the most ordinary style with ``fault``."""
    ordinary = plain(fault)
    return {name: style[name] for name in DIMENSIONS if style[name] != ordinary[name]}


def reduce(style: Style, fault: Fault | None, shows: Callable[[Style], bool]) -> Style:
    """A style with as few rare values as possible for which ``shows`` is still true.

    Delta debugging (ddmin, Zeller 2002): half of the rare values become ordinary, then a quarter,
    and so on, as long as that goes on showing it.
    """
    kept, parts = list(rare(style, fault).items()), 2
    while kept:
        for fewer in _without_a_part(kept, parts):
            candidate = settle(plain(fault) | dict(fewer), fault)
            if shows(candidate):
                style = candidate
                kept, parts = list(rare(style, fault).items()), max(parts - 1, 2)
                break
        else:
            if parts >= len(kept):
                break
            parts = min(2 * parts, len(kept))
    return style


def _without_a_part(kept: list[tuple[str, str]], parts: int) -> Iterator[list[tuple[str, str]]]:
    parts = min(parts, len(kept))
    edges = [len(kept) * number // parts for number in range(parts + 1)]
    for start, end in itertools.pairwise(edges):
        yield kept[:start] + kept[end:]
