"""Shows on a terminal what is being done. Nothing of it appears in a pipe or a file.

:class:`StatusLine` is a spinner with a sentence, for one submission. :func:`class_progress` is a
table of one row, for a class: how many submissions are finished, their mean points, the time left,
and which ones are running.
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from grader.cli.console import plain_console, translation, warn
from grader.cli.tally import Tally
from grader.model.text import Text, names, printable, say, say_count

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Styled

MOST_NAMED = 3
"""Running submissions that the table names; the others are counted."""

BAR_WIDTH = 12
"""Columns of the bar that shows how many are finished."""


class StatusLine(AbstractContextManager["StatusLine"]):
    """A spinner with a sentence on standard error, if that is a terminal.

    Args:
        hidden: never show it.
    """

    def __init__(self, *, hidden: bool = False) -> None:
        self._hidden = hidden
        self._status: Any = nullcontext()
        self._console: Console | None = None

    def show(self, text: Text) -> None:
        """Show what is being done now."""
        if self._hidden or not sys.stderr.isatty():
            return
        if self._console is None:
            self._console = plain_console(stderr=True)
            self._status = self._console.status("")
            self._status.start()
        self._status.update(_plain(text))

    def notify(self, what: Text, remedy: Text) -> None:
        """Print a message that stays, and what to do about it."""
        self.clear()
        warn(what, remedy)

    def clear(self) -> None:
        """Remove the spinner, so that something can be printed."""
        if self._console is not None:
            self._status.stop()
            self._console = None

    def __exit__(self, *_: object) -> None:
        self.clear()


class ClassProgress:
    """How far a class has come. This one shows nothing."""

    @contextmanager
    def running(self, name: str) -> Iterator[None]:  # noqa: ARG002 (a shown one names it)
        """The submission ``name`` runs within this context."""
        yield

    def advance(self) -> None:
        """One more submission is finished."""

    def paused(self) -> AbstractContextManager[None]:
        """Within this context something else can be printed."""
        return nullcontext()


@contextmanager
def class_progress(count: int, tally: "Tally") -> Iterator[ClassProgress]:
    """Progress of a class of ``count`` submissions, drawn if standard error is a terminal.

    Args:
        tally: read for the mean points whenever the table is drawn.
    """
    if not sys.stderr.isatty():
        yield ClassProgress()
        return
    table = _ProgressTable(count, tally)
    table.live.start(refresh=True)
    try:
        yield table
    finally:
        table.live.stop()


class _ProgressTable(ClassProgress):
    """Draws the progress of a class as a table of one row."""

    def __init__(self, count: int, tally: "Tally") -> None:
        import rich.progress
        from rich.live import Live

        self._tally = tally
        self._running: dict[str, None] = {}  # in the order in which they were started
        self._translate = translation()  # the table is drawn in a thread without click's context
        # Estimates the time left; it is never shown itself.
        self._estimate = rich.progress.Progress(auto_refresh=False)
        self._estimate.add_task("", total=count)
        (self._task,) = self._estimate.tasks
        self.live = Live(
            get_renderable=self._render, console=plain_console(stderr=True), transient=True
        )

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        self._running[name] = None
        try:
            yield
        finally:
            self._running.pop(name, None)

    def advance(self) -> None:
        self._estimate.advance(self._task.id)

    @contextmanager
    def paused(self) -> Iterator[None]:
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
            table.add_column(self._plain(heading), no_wrap=True)
        table.add_column(self._plain(say("running")), no_wrap=True, overflow="ellipsis", ratio=1)
        done, count, mean = self._tally.count, self._task.total or 0, self._tally.mean
        finished = Table.grid(padding=(0, 1))
        finished.add_row(
            ProgressBar(total=count, completed=done, width=BAR_WIDTH),
            self._plain(say("{done} of {count}", done=done, count=int(count))),
        )
        table.add_row(
            finished,
            "–" if mean is None else f"{mean:.1f}",
            self._time_left(),
            self._plain(self._names()),
        )
        return table

    def _time_left(self) -> str:
        from datetime import timedelta

        left = self._task.time_remaining
        return "–" if left is None else str(timedelta(seconds=int(left)))

    def _names(self) -> Text:
        running = list(self._running)  # other threads change it
        named, more = running[:MOST_NAMED], len(running) - MOST_NAMED
        others = (say_count("{count} other", "{count} others", count=more),) if more > 0 else ()
        return say("{submissions}", submissions=(*names(named), *others)) if named else say("–")

    def _plain(self, text: Text) -> "Styled":
        return _plain(text, self._translate)


def _plain(text: Text, translate: Any = None) -> "Styled":
    from rich.text import Text as Styled

    return Styled(printable(text.render(translate or translation())))
