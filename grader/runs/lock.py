"""The one lock of a folder of runs: who holds it is alone in changing reports and decisions."""

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from grader import atomic
from grader.errors import unreadable, unwritable
from grader.runs.run import RunError

NAME = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder of runs. Whoever holds it may take it again.

    Raises:
        RunError: there is no such folder, or there can be no lock in it.
    """
    if not folder.is_dir():
        error = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        raise RunError(unreadable(folder, error))
    with ExitStack() as stack:
        try:
            stack.enter_context(atomic.locked(folder / NAME, reentrant=True))
        except OSError as error:
            raise RunError(unwritable(folder / NAME, error)) from error
        yield
