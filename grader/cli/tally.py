"""Counts the outcomes of a class."""

from grader.cli.console import BELOW, NOT_JUDGED, PASSED
from grader.model.report import Report
from grader.model.text import Text, say_count


class Tally:
    """The outcomes so far of a class that is being graded; the reports themselves are not kept."""

    def __init__(self) -> None:
        self.passed = self.below = self.unjudged = 0
        self.points = 0.0

    def add(self, report: Report | None) -> None:
        """Count one more submission; None: it could not be run."""
        if report is None or not report.judged:
            self.unjudged += 1
            return
        self.points += report.points
        if report.passed:
            self.passed += 1
        else:
            self.below += 1

    @property
    def count(self) -> int:
        """How many submissions were counted."""
        return self.passed + self.below + self.unjudged

    @property
    def mean(self) -> float | None:
        """The mean points of the submissions that were judged; None if there are none."""
        judged = self.passed + self.below
        return self.points / judged if judged else None

    @property
    def status(self) -> int:
        """The exit status of the command."""
        if self.unjudged:
            return NOT_JUDGED
        return BELOW if self.below else PASSED

    def summary(self) -> Text:
        """The class in a sentence."""
        return say_count(
            "{count} submission: {passed} at or above the pass mark, {below} below it, {unjudged} "
            "not judged; {mean:.1f} points on average, of those judged.",
            "{count} submissions: {passed} at or above the pass mark, {below} below it, {unjudged} "
            "not judged; {mean:.1f} points on average, of those judged.",
            count=self.count,
            passed=self.passed,
            below=self.below,
            unjudged=self.unjudged,
            mean=self.mean or 0.0,
        )
