"""Grades a class: many submissions at once, a line for each, and never one of them twice."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from grader.cli.console import complain, plain_console, translation
from grader.grading import scheduler
from grader.model.report import Report
from grader.model.text import Text, names, printable, say, say_count
from grader.runs.run import RunError
from grader.sandbox import SandboxError
from grader.submissions.submission import Submission

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text as Styled

TOLD = 3
"""Submissions that are named while they run."""


BAR = 12
"""Columns of the bar that shows how many are over."""


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

    @property
    def mean(self) -> float | None:
        """The points on average of those that were judged; None: none was."""
        judged = self.passed + self.below
        return self.points / judged if judged else None

    def told(self) -> Text:
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
    room: scheduler.Room,
    show: Callable[[Report], None],
    stop: Callable[[], object],
    recover: Callable[[], bool],
) -> Tally:
    """Grade all of ``submissions``, and show each report as soon as it is there. Those that may
    take long are begun first: else the last ones would be waited for alone.

    Args:
        room: how many at once.
        stop: ends those that run when all is to end.
        recover: whether the sandbox, after it has failed somewhere, serves again.
    """
    tally = Tally()
    with _watching(len(submissions), tally) as watch:

        def make(submission: Submission) -> Report:
            with watch.runs(submission.name):
                return grade(submission)

        for attempt in scheduler.each(
            sorted(submissions, key=lambda submission: not submission.names_a_time),
            make,
            room=room,
            forgives=(SandboxError, RunError),
            stop=stop,
            recover=recover,
        ):
            tally.add(attempt.made)
            watch.over()
            with watch.aside():
                if attempt.made is None:
                    complain_of(attempt.wanted.name, attempt.error)
                else:
                    show(attempt.made)
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
def _watching(count: int, tally: Tally) -> Iterator[_Watch]:
    if not sys.stderr.isatty():
        yield _Watch()
        return
    table = _Table(count, tally)
    table.live.start(refresh=True)
    try:
        yield table
    finally:
        table.live.stop()


class _Table(_Watch):
    """Shows it on a terminal, as a table of one row: how many are over, their points on average,
    the time left, and which run."""

    def __init__(self, count: int, tally: Tally) -> None:
        from rich.live import Live
        from rich.progress import Progress

        self._tally = tally
        self._running: dict[str, None] = {}
        self._translate = translation()
        # It is never shown itself: it knows how fast they come.
        self._progress = Progress(auto_refresh=False)
        self._progress.add_task("", total=count)
        (self._task,) = self._progress.tasks
        self.live = Live(
            get_renderable=self._render, console=plain_console(stderr=True), transient=True
        )

    @contextmanager
    def runs(self, name: str) -> Iterator[None]:
        self._running[name] = None
        try:
            yield
        finally:
            self._running.pop(name, None)

    def over(self) -> None:
        self._progress.advance(self._task.id)

    @contextmanager
    def aside(self) -> Iterator[None]:
        self.live.stop()
        try:
            yield
        finally:
            self.live.start(refresh=True)

    def _render(self) -> "Table":
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for heading in (say("finished"), say("mean points"), say("time left")):
            table.add_column(self._told(heading), no_wrap=True)
        table.add_column(self._told(say("running")), no_wrap=True, overflow="ellipsis", ratio=1)
        done, count, mean = self._tally.count, self._task.total or 0, self._tally.mean
        shown = Table.grid(padding=(0, 1))
        shown.add_row(
            ProgressBar(total=count, completed=done, width=BAR),
            self._told(say("{done} of {count}", done=done, count=int(count))),
        )
        table.add_row(
            shown,
            "–" if mean is None else f"{mean:.1f}",
            self._time_left(),
            self._told(self._names()),
        )
        return table

    def _time_left(self) -> str:
        from datetime import timedelta

        left = self._task.time_remaining
        return "–" if left is None else str(timedelta(seconds=int(left)))

    def _names(self) -> Text:
        told, more = list(self._running)[:TOLD], len(self._running) - TOLD
        others = (say_count("{count} other", "{count} others", count=more),) if more > 0 else ()
        return say("{submissions}", submissions=(*names(told), *others)) if told else say("–")

    def _told(self, text: Text) -> "Styled":
        from rich.text import Text as Styled

        return Styled(printable(text.render(self._translate)))
