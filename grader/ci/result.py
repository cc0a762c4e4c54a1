"""What came of a pull request: values, of which annotations and the summary are made."""

import msgspec

from grader.ci.review import Foreign
from grader.model.report import Report
from grader.model.text import Text


class Graded(msgspec.Struct, frozen=True, kw_only=True):
    """One submission of a pull request, and what came of it."""

    name: str
    """What it is called in the submissions' folder."""
    path: str
    """Its program, from the repository's root. A stranger's text."""
    lines: int = 0
    """How many its program has."""
    report: Report | None = None
    """None: it was not judged."""
    why: Text | None = None
    """Why it was not judged; None: it was."""
    faulty: bool = False
    """Whether it is the submission's own fault that it was not judged."""

    @property
    def failed(self) -> bool:
        """Whether it is, by fault of its own, below the pass mark."""
        if self.report is None:
            return self.faulty
        return self.report.judged and not self.report.passed

    @property
    def undecided(self) -> bool:
        """Whether it could not be judged, by no fault of its own."""
        return not self.faulty if self.report is None else not self.report.judged


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """All that came of a pull request."""

    graded: tuple[Graded, ...]
    gone: tuple[str, ...] = ()
    """Submissions that it takes away."""
    foreign: tuple[Foreign, ...] = ()
    """What it changes besides its author's submission."""
    forbidden: bool = True
    """Whether that fails it."""
    base: str = ""
    """The commit whose rubric counts."""
    head: str = ""

    @property
    def hands_in(self) -> bool:
        """Whether it changes any submission; one that does not is no student's business."""
        return bool(self.graded or self.gone)

    @property
    def refused(self) -> bool:
        """Whether what else it changes fails it."""
        return bool(self.foreign) and self.forbidden and self.hands_in
