"""The report of a submission, which every format renders.

Versions of the JSON format: 1, the first.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

import msgspec

from grader.model.numbers import Number, Percentage, Points
from grader.model.outcome import Adjustment, Decision, Outcome, OutcomeName
from grader.model.program import digest
from grader.model.text import Text
from grader.model.timeline import Timeline

VERSION = 1

Verdict = Literal["passed", "below", "not-judged"]
"""Of the pass mark."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One check's part of a report."""

    name: str
    asks: Text
    lesson: Text
    max_points: Points
    outcome: Outcome
    """As recorded."""
    decision: Decision | None = None
    """Replaces the recorded outcome, if not None."""

    @property
    def effective_outcome(self) -> OutcomeName:
        """The outcome that counts: the decided one, else the recorded one. Decided points pass if
        they equal the maximum."""
        if self.decision is None:
            return self.outcome.outcome
        if self.decision.points is None:
            return self.decision.outcome or self.outcome.outcome
        return "pass" if self.decision.points >= self.max_points else "fail"

    @property
    def points(self) -> float:
        """The points that the check earns."""
        if self.decision is not None and self.decision.points is not None:
            return self.decision.points
        return self.max_points if self.effective_outcome == "pass" else 0.0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The report of one submission."""

    submission: str
    """Its name: that of its file or folder."""
    entries: tuple[Entry, ...]
    pass_mark: Percentage
    """The percentage of ``max_points`` that must be reached."""
    sandbox: str
    """Empty if the submission was not run."""
    python: str
    """The version of Python that ran the submission; empty if it was not run."""
    grader: str
    """The version of the grader that judged, with a hash of its checks: ``0.1.0+3f2a91c4``."""
    seed: int
    scenarios: dict[str, Number] = {}
    """How many times each scenario was run: more than once if the first run proved nothing, or
    another variant was tried."""
    unjudged: Text | None = None
    """Why nothing was judged, if that has one reason for all checks."""
    advice: tuple[Text, ...] = ()
    """Worth knowing, but not a fault."""
    unapplied: tuple[Text, ...] = ()
    """Decisions about this submission that were not applied, and why."""
    adjustments: tuple[Adjustment, ...] = ()
    """What a teacher says of the submission as a whole."""
    run: str = ""
    """The run's folder; empty if the run was not stored."""
    graded: str = ""
    """When the run began, in ISO 8601; empty if unknown."""
    program: str = ""
    """The name of its file, if that is not ``submission``; else empty."""
    source: bytes = b""
    """The program, the file that is run; empty if unknown."""
    files: dict[str, bytes] = {}
    """What lies beside it, by its path from there."""
    path: str = ""
    """The file that it was read from, as the user named it; empty if unknown. It is not stored."""
    timelines: tuple[Timeline, ...] = ()
    """One for each run of a scenario; formats with pictures draw them."""

    @property
    def file_name(self) -> str:
        """The name of the file that is run."""
        return self.program or self.submission

    @property
    def sha256(self) -> str:
        """The SHA-256 that names this version of the program."""
        return digest(self.source, self.files)

    @property
    def points(self) -> float:
        """The points earned, with the adjustments, which take off no more than there is."""
        changes = (each.points for each in self.adjustments)
        return max(0.0, _sum((*(entry.points for entry in self.entries), *changes)))

    @property
    def max_points(self) -> float:
        """The maximum of points, which excludes checks that could not be judged."""
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
    def verdict(self) -> Verdict:
        """What every format says of the submission. One that is not wholly judged has no grade:
        what is missing may be what it fails."""
        if not self.judged:
            return "not-judged"
        reached = _exact(self.points) * 100 >= _exact(self.pass_mark) * _exact(self.max_points)
        return "passed" if self.max_points and reached else "below"

    @property
    def passed(self) -> bool:
        """Whether it was wholly judged, and reaches the pass mark."""
        return self.verdict == "passed"

    def count(self, outcome: OutcomeName) -> int:
        """How many checks have this outcome."""
        return sum(entry.effective_outcome == outcome for entry in self.entries)


def _exact(value: float) -> Decimal:
    """The decimal number that its author wrote: 2.3 of 10 points are exactly 23 percent."""
    return Decimal(str(value))


def _sum(values: Iterable[float]) -> float:
    return float(sum(map(_exact, values), Decimal()))
