"""Grades a class: many submissions at once, one line for each, in the order they finish."""

from collections.abc import Callable, Sequence

from grader.cli.console import BELOW, NOT_JUDGED, PASSED, warn
from grader.cli.progress import class_progress
from grader.grading import scheduler
from grader.model.report import Report
from grader.model.text import Text, names, say, say_count
from grader.report.labels import format_score
from grader.runs.run import RunError
from grader.sandbox import SandboxError
from grader.submissions.submission import Submission


class Tally:
    """Counts the outcomes of a class while it is graded; the reports themselves are not kept."""

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


def summary_line(report: Report) -> Text:
    """A report in a line: the points, and the checks that failed or were decided."""
    failed = [entry.name for entry in report.failures]
    line = say("{submission}  {points}", submission=report.submission, points=format_score(report))
    if failed:
        line = say("{line}  failed: {checks}", line=line, checks=names(failed))
    if decided := [entry.name for entry in report.entries if entry.decision]:
        line = say("{line}  decided: {checks}", line=line, checks=names(decided))
    if report.unapplied:
        line = say("{line}  a decision was not applied", line=line)
    if not report.judged:
        line = say("{line}  not fully judged", line=line)
    return line


def grade_all(
    submissions: Sequence[Submission],
    grade: Callable[[Submission], Report],
    *,
    room: scheduler.Room,
    show: Callable[[Report], None],
    stop: Callable[[], object],
    recover: Callable[[], bool],
) -> Tally:
    """Grade all of ``submissions``, and show each report as soon as it exists.

    Submissions that wait for a time limit take longest; they start first, so that the class does
    not end with one of them running alone.

    Args:
        grade: grades one submission; called from several threads.
        room: how many run at once.
        show: prints a report while the progress table is out of the way.
        stop: ends the running submissions when the command is interrupted.
        recover: after errors of the sandbox, whether it works again and those can be retried.
    """
    tally = Tally()
    with class_progress(len(submissions), tally) as progress:

        def grade_shown(submission: Submission) -> Report:
            with progress.running(submission.name):
                return grade(submission)

        for attempt in scheduler.each(
            sorted(submissions, key=lambda submission: not submission.names_a_time),
            grade_shown,
            room=room,
            forgives=(SandboxError, RunError),
            stop=stop,
            recover=recover,
        ):
            tally.add(attempt.made)
            progress.advance()
            with progress.paused():
                if attempt.made is None:
                    error = attempt.error
                    assert isinstance(error, SandboxError | RunError)
                    warn(not_judged(attempt.wanted.name, error), error.remedy)
                else:
                    show(attempt.made)
    return tally


def not_judged(name: str, error: SandboxError | RunError) -> Text:
    """Why the submission ``name`` was not judged."""
    return say("{submission} was not judged. {why}", submission=name, why=error.what)
