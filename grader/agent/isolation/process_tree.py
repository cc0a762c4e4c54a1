"""A program that the agent has started, and all that came of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NoReturn

Begin = Callable[[], tuple[str, dict[str, str]]]
"""Gives the process what a program's Python finds when it starts: standard streams, and a folder to
be in. Returns what that Python is to run, and what its environment has besides."""

Run = Callable[[str, int, Begin], NoReturn]
"""Becomes the program that is in a folder, and does not return. What is in the way is written to an
open file, which is closed when nothing was."""


class Offspring:
    """A program that was started, and every process that came of it."""

    def __init__(self, process: int) -> None:
        self._process = process
        self.status: int | None = None
        """The wait status of its first process, once that has ended."""

    @property
    def root(self) -> int:
        """Its processes are those below this one, which is none of them."""
        return os.getpid()

    def first(self) -> int | None:
        """The number of its first process; something else, or None, once that has ended."""
        return self._process

    def reap(self) -> bool:
        """Collect the processes that have ended; whether none is left."""
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if process == 0:
                return False
            self._ended(process, status)

    def reap_all(self, kill: Callable[[], None]) -> None:
        """Call ``kill`` and wait for what it ended, until nothing is left."""
        while True:
            kill()
            try:
                process, status = os.waitpid(-1, 0)
            except ChildProcessError:
                return
            self._ended(process, status)

    def _ended(self, process: int, status: int) -> None:
        if process == self._process:
            self.status = status
