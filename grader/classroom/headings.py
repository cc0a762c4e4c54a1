"""What the pages of a class say at their top: the assignment, the student, and the attempt.

The assignment's title is kept beside the runs, as the roster is, so whichever command writes a page
again knows it.
"""

from contextlib import suppress
from pathlib import Path

import msgspec

from grader import atomic
from grader.bounded import read
from grader.classroom import kept_roster
from grader.classroom.results import ClassResults
from grader.classroom.roster import Roster, RosterError
from grader.errors import unwritable
from grader.report.html import Attempt, PageHeading
from grader.runs.files import make_runs_folder
from grader.runs.run import RunError

NAME = "title.txt"

LARGEST = 1 << 20
"""Most bytes of it."""


class Headings(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a class."""

    assignment: str = ""
    roster: Roster | None = None

    def of(self, submission: str, attempt: Attempt | None = None) -> PageHeading:
        """The heading of a submission's page. Whoever writes a single page does not know the
        attempts; writing the class's page adds them."""
        student = self.roster.of(submission) if self.roster else None
        return PageHeading(
            assignment=self.assignment,
            name=student.name if student else "",
            number=student.number if student else "",
            attempt=attempt,
        )


def load(runs_folder: Path) -> Headings:
    """What was kept in a folder of runs. A roster that is invalid is left out."""
    students = None
    with suppress(RosterError):
        students = kept_roster.kept(runs_folder)
    return Headings(assignment=kept_title(runs_folder), roster=students)


def keep_title(title: str, runs_folder: Path) -> None:
    """Keep the assignment's title in a folder of runs; an empty one replaces an earlier one.

    Raises:
        RunError: it cannot be written.
    """
    title = " ".join(title.split())
    if title == kept_title(runs_folder):
        return
    path = runs_folder / NAME
    try:
        make_runs_folder(runs_folder)
        atomic.write(path, title.encode("utf-8", "replace"))
    except OSError as error:
        raise RunError(unwritable(path, error)) from error


def kept_title(runs_folder: Path) -> str:
    """The title that was kept in a folder of runs; empty: there is none."""
    try:
        return read(runs_folder / NAME, LARGEST).decode("utf-8", "replace").strip()
    except OSError:  # missing, a link, or too large
        return ""


def attempts_of(found: ClassResults, submission: str) -> dict[str, Attempt]:
    """For each run of a submission, by its folder's name, which attempt it is. Empty: there is only
    one, or what counts is none of them."""
    attempts = found.attempts.get(submission, ())
    graded = found.graded.get(submission)
    if len(attempts) < 2 or not graded or Path(graded.report.run).name != attempts[-1].run:
        return {}
    # A run that has served again, for an old version, is the later attempt.
    return {
        run: Attempt(number=number, count=len(attempts))
        for number, each in enumerate(attempts, 1)
        for run in each.runs
    }
