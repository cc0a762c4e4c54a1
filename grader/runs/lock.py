"""The locks of a folder of runs: who holds one is alone in changing reports and decisions, or in
grading a class."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from grader import atomic
from grader.errors import unreadable, unwritable
from grader.runs.files import make_runs_folder
from grader.runs.run import RunError

NAME = ".lock"

GRADING = ".grading"


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


@contextmanager
def grading(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Be alone in grading a class into ``folder``, so that nothing is run twice.

    Args:
        waiting: called once if another process grades there; it is waited for.

    Raises:
        RunError: the folder cannot be made, or there can be no lock.
    """
    with ExitStack() as stack:
        try:
            make_runs_folder(folder)
            stack.enter_context(atomic.locked(folder / GRADING, waiting))
        except OSError as error:
            raise RunError(unwritable(folder / GRADING, error)) from error
        yield
