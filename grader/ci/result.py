"""The result of grading a pull request, as values."""

import msgspec

from grader.ci.review import ForeignChange
from grader.model.report import Report
from grader.model.text import Text


class SubmissionResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one submission of a pull request: a report, or why there is none."""

    name: str
    """Its name in the submissions' folder."""
    path: str
    """Its program, from the repository's root. Untrusted."""
    line_count: int = 0
    """The number of lines of its program."""
    report: Report | None = None
    reason: Text | None = None
    """Why it was not graded; None if there is a report."""
    at_fault: bool = False
    """Whether it was not graded because of a fault of the submission."""

    @property
    def failed(self) -> bool:
        """Whether it is below the pass mark, or cannot be graded, because of its own faults."""
        if self.report is None:
            return self.at_fault
        return self.report.verdict == "below"

    @property
    def undecided(self) -> bool:
        """Whether it, or a check of it, could not be judged through no fault of its own."""
        return not self.at_fault if self.report is None else self.report.verdict == "not-judged"


class PullRequestResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a pull request."""

    submissions: tuple[SubmissionResult, ...]
    deleted: tuple[str, ...] = ()
    """The names of submissions that it deletes."""
    foreign: tuple[ForeignChange, ...] = ()
    """What it changes besides its author's submission."""
    foreign_fails: bool = True
    """Whether foreign changes make it fail."""
    base: str = ""
    """The commit whose rubric counts."""
    head: str = ""

    @property
    def has_submissions(self) -> bool:
        """Whether it changes any submission. If not, it is not a student's homework."""
        return bool(self.submissions or self.deleted)

    @property
    def rejected(self) -> bool:
        """Whether it fails because of foreign changes."""
        return bool(self.foreign) and self.foreign_fails and self.has_submissions
