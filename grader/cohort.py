"""Grades a class: many submissions at once, a line for each, and never one of them twice."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from grader import batch
from grader.console import complain, plain_console, translation
from grader.model.report import Report
from grader.model.text import Text, names, printable, say
from grader.runs import RunError
from grader.sandbox import SandboxError
from grader.submission import Submission

if TYPE_CHECKING:
    from rich.progress import TaskID

TOLD = 3
"""Submissions that are named while they run."""


class Tally:
    """What came of a class so far; the reports themselves are in their runs."""

    def __init__(self) -> None:
        self.passed = self.below = self.unjudged = 0
        self.points = 0.0

    def add(self, report: Report | None) -> None:
        """Count one more; None: it could not be run."""
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
        """How many there were."""
        return self.passed + self.below + self.unjudged

    def told(self) -> Text:
        """The class in a sentence."""
        return say(
            "{count} submissions: {passed} reach the pass mark, {below} do not, {unjudged} were "
            "not judged; {mean:.1f} points on average of those that were.",
            count=self.count,
            passed=self.passed,
            below=self.below,
            unjudged=self.unjudged,
            mean=self.points / max(1, self.passed + self.below),
        )


def line(report: Report) -> Text:
    """A report in a line."""
    failed = [e.name for e in report.entries if e.stands == "fail" and e.possible]
    told = say(
        "{submission}  {points:g} of {possible:g} points",
        submission=report.submission,
        points=report.points,
        possible=report.possible,
    )
    if failed:
        told = say("{told}  failed: {checks}", told=told, checks=names(failed))
    if decided := [entry.name for entry in report.entries if entry.decision]:
        told = say("{told}  decided: {checks}", told=told, checks=names(decided))
    if report.unapplied:
        told = say("{told}  a decision about it is not applied", told=told)
    if not report.judged:
        told = say("{told}  not all could be judged", told=told)
    return told


def grade_all(
    submissions: Sequence[Submission],
    grade: Callable[[Submission], Report],
    *,
    workers: int,
    show: Callable[[Report], None],
    stop: Callable[[], object],
    recover: Callable[[], bool],
) -> Tally:
    """Grade all of ``submissions``, and show each report as soon as it is there.

    Args:
        workers: how many at once.
        stop: ends those that run when all is to end.
        recover: whether the sandbox, after it has failed somewhere, serves again.
    """
    tally = Tally()
    with _watching(len(submissions)) as watch:

        def make(submission: Submission) -> Report:
            with watch.runs(submission.name):
                return grade(submission)

        for attempt in batch.each(
            submissions,
            make,
            workers=workers,
            forgives=(SandboxError, RunError),
            stop=stop,
            recover=recover,
        ):
            tally.add(attempt.made)
            with watch.aside():
                if attempt.made is None:
                    complain_of(attempt.wanted.name, attempt.error)
                else:
                    show(attempt.made)
            watch.over()
    return tally


def complain_of(name: str, error: Exception | None) -> None:
    """Say that a submission was not judged, why, and what to do."""
    assert isinstance(error, SandboxError | RunError)
    complain(say("{submission} was not judged. {why}", submission=name, why=error.what))
    if isinstance(error, SandboxError):
        complain(error.remedy, before="       → ")


def show_line(report: Report) -> None:
    """Print a report in a line."""
    click.echo(printable(line(report).render(translation())))


class _Watch:
    """Shows how far a class has come: nowhere."""

    @contextmanager
    def runs(self, name: str) -> Iterator[None]:
        """``name`` runs."""
        yield

    def over(self) -> None:
        """One more is over."""

    def aside(self) -> Any:
        """While something else is printed."""
        return nullcontext()


@contextmanager
def _watching(count: int) -> Iterator[_Watch]:
    if not sys.stderr.isatty():
        yield _Watch()
        return
    from rich import progress

    bar = progress.Progress(
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.description}", markup=False),
        console=plain_console(stderr=True),
        transient=True,
    )
    with bar:
        yield _Bar(bar, bar.add_task("", total=count))


class _Bar(_Watch):
    """Shows it on a terminal: how many are over, the time left, and which run."""

    def __init__(self, bar: Any, task: "TaskID") -> None:
        self._bar = bar
        self._task = task
        self._running: dict[str, None] = {}
        self._translate = translation()

    @contextmanager
    def runs(self, name: str) -> Iterator[None]:
        self._running[name] = None
        self._describe()
        try:
            yield
        finally:
            self._running.pop(name, None)
            self._describe()

    def over(self) -> None:
        self._bar.advance(self._task)

    @contextmanager
    def aside(self) -> Iterator[None]:
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def _describe(self) -> None:
        told, more = list(self._running)[:TOLD], len(self._running) - TOLD
        others = (say("{count} others", count=more),) if more > 0 else ()
        if told:
            text = say("{submissions}", submissions=(*names(told), *others))
            self._bar.update(self._task, description=printable(text.render(self._translate)))
