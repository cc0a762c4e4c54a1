"""When a program is saved, and what it holds then.

Editors save in different ways: one writes the file anew, another moves a new file to its place. So
its folder is watched, and for a moment the file may be empty or not there. Some folders, such as
those of a network drive, report no changes: so the file is also looked at regularly.
"""

import time
from collections.abc import Callable, Generator
from pathlib import Path

import msgspec
import watchfiles

from grader.model.program import digest
from grader.submissions.candidate import Candidate
from grader.submissions.submission import Submission, SubmissionError

STEP = 10
"""Milliseconds without a further change after which a save is over."""

TICK = 50
"""Milliseconds after which the watch hands back control."""

MOMENT = 0.3
"""Seconds for which a file may be empty, or missing, while it is saved."""

REGULARLY = 1.0
"""Seconds after which the file is looked at even if no change was reported."""


_Changes = Generator[set[tuple[watchfiles.Change, str]]]
"""Changes below a folder; an empty set each time that :data:`TICK` is over."""


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A program at one moment."""

    stamp: tuple[int, ...]
    """Differs from that of any other moment if one of the program's files was written in between;
    empty: there is no program."""
    submission: Submission | None
    """The program; None: there is none."""


class Saves:
    """The saves of a program: any after this was created is noticed.

    Args:
        find: finds the program, whose files may come and go.
        folder: where it is found.
        recursive: whether in the folders below, too.
    """

    def __init__(
        self, find: Callable[[], Candidate], folder: Path, *, recursive: bool = False
    ) -> None:
        self._find = find
        self._changes = _changes(folder, recursive=recursive)
        try:
            next(self._changes)  # begins to watch
        except (OSError, RuntimeError):
            # The system watches no more folders, for example.
            self._changes = _no_changes()

    def close(self) -> None:
        """End the watch."""
        self._changes.close()

    def read(self) -> Saved:
        """The program as it is once whoever saves it is done."""
        found = self._look()
        until = time.monotonic() + MOMENT
        while found.submission is None or found.submission.refused:
            left = until - time.monotonic()
            if left <= 0:
                break
            self._wait(left)
            found = self._look()
        return found

    def next(self, last: Saved) -> Saved:
        """Wait until the program was saved after ``last``. Ctrl-C raises KeyboardInterrupt."""
        while self._look().stamp == last.stamp:
            self._wait(REGULARLY)
        return self.read()

    def unchanged(self, since: Saved) -> bool:
        """Whether the program was not saved after ``since``."""
        return self._look().stamp == since.stamp

    def _wait(self, seconds: float) -> None:
        """Wait for a change, for ``seconds`` at most."""
        until = time.monotonic() + seconds
        for changes in self._changes:
            if changes or time.monotonic() >= until:
                return

    def _look(self) -> Saved:
        try:
            candidate = self._find()
            stats = [each.lstat() for each in (candidate.path, *candidate.beside)]
            submission = candidate.load()
        except (OSError, SubmissionError):
            return Saved(stamp=(), submission=None)
        times = (n for each in stats for n in (each.st_ino, each.st_mtime_ns, each.st_size))
        version = digest(submission.source, submission.files)
        return Saved(stamp=(*times, hash(version)), submission=submission)


def _changes(folder: Path, *, recursive: bool) -> _Changes:
    """Changes that the system reports, or that polling finds where it does not, as in WSL.

    Ctrl-C raises KeyboardInterrupt.
    """
    return watchfiles.watch(
        folder,
        watch_filter=None,
        step=STEP,
        rust_timeout=TICK,
        yield_on_timeout=True,
        poll_delay_ms=TICK,
        recursive=recursive,
        ignore_permission_denied=True,
    )


def _no_changes() -> _Changes:
    while True:
        time.sleep(TICK / 1000)
        yield set()
