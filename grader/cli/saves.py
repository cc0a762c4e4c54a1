"""When a file is saved, and what it holds then.

Editors save in different ways: one writes the file anew, another moves a new file to its place. So
its folder is watched, and for a moment the file may be empty or not there. Some folders, such as
those of a network drive, report no changes: so the file is also looked at regularly.
"""

import time
from collections.abc import Generator
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


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A file at one moment."""

    stamp: tuple[int, ...]
    """Differs from that of any other moment between which the file was written; empty: there is no
    file."""
    submission: Submission | None
    """What it holds; None: there is no file."""


class Saves:
    """The saves of ``candidate``: any after this was created is noticed."""

    def __init__(self, candidate: Candidate) -> None:
        self._candidate = candidate
        self._changes = _changes(candidate.path)
        next(self._changes)  # begins to watch

    def close(self) -> None:
        """End the watch."""
        self._changes.close()

    def read(self) -> Saved:
        """The file as it is once whoever saves it is done."""
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
        """Wait until the file is no longer as it was at ``last``."""
        while self._look().stamp == last.stamp:
            self._wait(REGULARLY)
        return self.read()

    def unchanged(self, since: Saved) -> bool:
        """Whether the file is still as it was at ``since``."""
        return self._look().stamp == since.stamp

    def _wait(self, seconds: float) -> None:
        """Wait for a change, for ``seconds`` at most."""
        until = time.monotonic() + seconds
        for changes in self._changes:
            if changes or time.monotonic() >= until:
                return

    def _look(self) -> Saved:
        try:
            stat = self._candidate.path.lstat()
            submission = self._candidate.load()
        except (OSError, SubmissionError):
            return Saved(stamp=(), submission=None)
        version = digest(submission.source, submission.files)
        stamp = (stat.st_ino, stat.st_mtime_ns, stat.st_size, hash(version))
        return Saved(stamp=stamp, submission=submission)


def _changes(path: Path) -> Generator[set[tuple[watchfiles.Change, str]]]:
    """Yield each change of the file at ``path``, and nothing each time that :data:`TICK` is over.

    Ctrl-C raises KeyboardInterrupt.
    """
    return watchfiles.watch(
        path.parent,
        watch_filter=lambda _, changed: Path(changed).name == path.name,
        step=STEP,
        rust_timeout=TICK,
        yield_on_timeout=True,
        recursive=False,
    )
