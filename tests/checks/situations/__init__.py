"""Histories that make every check say everything it can say.

``tests/sentences.py`` records what each check says of each of them. A module a family of checks;
each yields the check's name, the situation in a few words, the history and, where it is not the
usual one, the rubric.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from grader.model.history import History
from grader.model.rubric import Rubric


class Situation(NamedTuple):
    check: str
    title: str
    history: History
    rubric: Rubric = Rubric()


@cache
def all_situations() -> tuple[Situation, ...]:
    return tuple(_each())


def _each() -> Iterator[Situation]:
    from checks.situations import (
        blocking,
        content,
        craft,
        departures,
        guards,
        idle,
        order,
        serving,
        startup,
        together,
    )

    modules = (
        startup, guards, serving, content, together, order, blocking, idle, departures, craft
    )  # fmt: skip
    for module in modules:
        for situation in module.situations():
            yield Situation(*situation)
