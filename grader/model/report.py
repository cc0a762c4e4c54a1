"""A submission's report: what every format shows.

The JSON format's history:

1. The first.
"""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from grader.model.outcome import Decision, Outcome, OutcomeName
from grader.model.text import Text
from grader.model.timeline import Timeline

VERSION = 1


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One check's part of a report."""

    name: str
    asks: Text
    lesson: Text
    max_points: float
    outcome: Outcome
    """What was recorded."""
    decision: Decision | None = None
    """What was decided instead; it counts. None: what was recorded counts."""

    @property
    def effective_outcome(self) -> OutcomeName:
        """The outcome that counts. Of decided points: a pass, if they are all there are."""
        if self.decision is None:
            return self.outcome.outcome
        if self.decision.points is None:
            return self.decision.outcome or self.outcome.outcome
        return "pass" if self.decision.points >= self.max_points else "fail"

    @property
    def points(self) -> float:
        """The points that it has earned."""
        if self.decision is not None and self.decision.points is not None:
            return self.decision.points
        return self.max_points if self.effective_outcome == "pass" else 0.0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one submission."""

    submission: str
    """What it is called: its file's name, or its folder's."""
    entries: tuple[Entry, ...]
    pass_mark: float
    """Percent of ``max_points`` that has to be reached."""
    sandbox: str
    python: str
    """The version of the Python that ran the submission; empty: none did."""
    grader: str
    """The version of the grader that judged, and what names the state of its checks:
    ``0.1.0+3f2a91c4``."""
    seed: int
    scenarios: dict[str, int] = {}
    """How often each scenario was played: more than once where the first play proved nothing, or
    another way of asking was tried."""
    advice: tuple[Text, ...] = ()
    """Worth knowing, and no fault."""
    unapplied: tuple[Text, ...] = ()
    """Decisions about this submission that do not count, and why."""
    run: str = ""
    """The run's folder; empty: none was kept."""
    program: str = ""
    """Its file's name, where that is another."""
    source: bytes = b""
    """The submission; empty: it is not known."""
    timelines: tuple[Timeline, ...] = ()
    """What is drawn."""

    @property
    def points(self) -> float:
        """The points earned."""
        return _sum(entry.points for entry in self.entries)

    @property
    def max_points(self) -> float:
        """The points that could be earned: those of checks that could not be judged are not
        among them."""
        return _sum(e.max_points for e in self.entries if e.effective_outcome != "not-judged")

    @property
    def judged(self) -> bool:
        """Whether every check that is worth points was judged."""
        return not any(e.effective_outcome == "not-judged" and e.max_points for e in self.entries)

    @property
    def failures(self) -> tuple[Entry, ...]:
        """The failed checks that are worth points, in the order of the report."""
        return tuple(e for e in self.entries if e.max_points and e.effective_outcome == "fail")

    @property
    def passed(self) -> bool:
        """Whether the pass mark is reached."""
        if not self.max_points:
            return False  # nothing that counts was judged
        return _exact(self.points) * 100 >= _exact(self.pass_mark) * _exact(self.max_points)

    def count(self, outcome: OutcomeName) -> int:
        """How many checks have this outcome."""
        return sum(entry.effective_outcome == outcome for entry in self.entries)


def _exact(value: float) -> Decimal:
    """A number as its author wrote it: 2.3 of 10 points are 23 percent, and not just below."""
    return Decimal(str(value))


def _sum(values: Iterable[float]) -> float:
    return float(sum(map(_exact, values), Decimal()))
