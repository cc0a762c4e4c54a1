"""Grades a class: many submissions at once, one line for each, in the order they finish."""

from collections.abc import Callable, Sequence

from grader.cli.console import warn
from grader.cli.progress import class_progress
from grader.cli.tally import Tally
from grader.grading.pipeline import RunLostError
from grader.grading.scheduler import Admission, run_all
from grader.model.report import Report
from grader.model.text import Text, say
from grader.runs.run import RunError
from grader.sandbox import SandboxError
from grader.submissions.submission import Submission


def grade_all(
    submissions: Sequence[Submission],
    grade: Callable[[Submission], Report],
    *,
    admission: Admission,
    show: Callable[[Report], None],
    lose: Callable[[Submission, Text], None],
    stop: Callable[[], object],
    recover: Callable[[], bool],
) -> Tally:
    """Grade all of ``submissions``, and show each report as soon as it exists.

    Submissions that wait for a time limit take longest; they start first, so that the class does
    not end with one of them running alone.

    Args:
        grade: grades one submission; called from several threads.
        admission: how many run at once.
        show: prints a report while the progress table is out of the way.
        lose: takes a submission that has no report, and why.
        stop: ends the running submissions when the command is interrupted.
        recover: after errors of the sandbox, whether it works again and those can be retried.
    """
    tally = Tally()
    with class_progress(len(submissions), tally) as progress:

        def grade_shown(submission: Submission) -> Report:
            with progress.running(submission.name):
                return grade(submission)

        for attempt in run_all(
            sorted(submissions, key=lambda submission: not submission.names_a_time),
            grade_shown,
            admission=admission,
            tolerate=(SandboxError, RunError),
            stop=stop,
            recover=recover,
        ):
            error = attempt.error
            assert error is None or isinstance(error, SandboxError | RunError)
            report = error.report if isinstance(error, RunLostError) else attempt.result
            tally.add(report)
            progress.advance()
            with progress.paused():
                if error is not None:
                    warn(not_judged(attempt.item.name, error), error.remedy)
                if report is not None:
                    show(report)
                elif error is not None:
                    lose(attempt.item, error.what)
    return tally


def not_judged(name: str, error: SandboxError | RunError) -> Text:
    """The message that the submission ``name`` was not judged, and why."""
    return say("{submission} was not judged. {why}", submission=name, why=error.what)
