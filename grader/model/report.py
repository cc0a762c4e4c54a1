"""A submission's report: what every format shows.

The JSON format's history:

1. The first.
"""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from grader.model.outcome import Outcome, OutcomeName
from grader.model.text import Text
from grader.model.timeline import Timeline

VERSION = 1


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One check's part of a report."""

    name: str
    asks: Text
    lesson: Text
    possible: float
    outcome: Outcome

    @property
    def points(self) -> float:
        """The points that it has earned."""
        return self.possible if self.outcome.outcome == "pass" else 0.0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one submission."""

    submission: str
    """Its file's name."""
    entries: tuple[Entry, ...]
    pass_mark: float
    """Percent of ``possible`` that has to be reached."""
    sandbox: str
    python: str
    """The version of the Python that ran the submission; empty: none did."""
    grader: str
    """The version of the grader that judged."""
    seed: int
    scenarios: dict[str, int] = {}
    """How often each scenario was played: more than once where the first play proved nothing, or
    another way of asking was tried."""
    advice: tuple[Text, ...] = ()
    """Worth knowing, and no fault."""
    run: str = ""
    """The run's folder; empty: none was kept."""
    source: bytes = b""
    """The submission; empty: it is not known."""
    timelines: tuple[Timeline, ...] = ()
    """What is drawn."""

    @property
    def points(self) -> float:
        """The points earned."""
        return _sum(entry.points for entry in self.entries)

    @property
    def possible(self) -> float:
        """The points that could be earned: those of checks that could not be judged are not
        among them."""
        return _sum(e.possible for e in self.entries if e.outcome.outcome != "not-judged")

    @property
    def judged(self) -> bool:
        """Whether every check that is worth points was judged."""
        return not any(
            entry.outcome.outcome == "not-judged" and entry.possible for entry in self.entries
        )

    @property
    def passed(self) -> bool:
        """Whether the pass mark is reached."""
        if not self.possible:
            return False  # nothing that counts was judged
        return _exact(self.points) * 100 >= _exact(self.pass_mark) * _exact(self.possible)

    def count(self, outcome: OutcomeName) -> int:
        """How many checks have this outcome."""
        return sum(entry.outcome.outcome == outcome for entry in self.entries)


def _exact(value: float) -> Decimal:
    """A number as its author wrote it: 2.3 of 10 points are 23 percent, and not just below."""
    return Decimal(str(value))


def _sum(values: Iterable[float]) -> float:
    return float(sum(map(_exact, values), Decimal()))
