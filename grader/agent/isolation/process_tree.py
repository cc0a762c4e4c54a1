"""A started program and all of its descendants."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NoReturn

SetUp = Callable[[], tuple[str, dict[str, str]]]
"""Gives a new process its terminal and its working folder. Returns the path of the script that its
Python is to run, and variables to add to its environment."""

Exec = Callable[[str, int, SetUp], NoReturn]
"""``exec_program(folder, error_pipe, set_up)``: turns the calling process into the program that is
in ``folder``. Writes to ``error_pipe`` why it could not; exec closes that pipe otherwise."""


class ProcessTree:
    """A started program and all of its descendants, which are the agent's own children.

    Args:
        process: the program's first process.
    """

    def __init__(self, process: int) -> None:
        self._process = process
        self.status: int | None = None
        """The wait status of the first process; None while it runs."""

    @property
    def root(self) -> int:
        """The process whose descendants are the program's processes; not one of them itself."""
        return os.getpid()

    def first(self) -> int | None:
        """Process id of the first process. Meaningless, or None, once that has ended."""
        return self._process

    def reap(self) -> bool:
        """Reap the processes that have ended. Returns whether none is left."""
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if process == 0:
                return False
            self._note(process, status)

    def reap_all(self, kill_all: Callable[[], None]) -> None:
        """Call ``kill_all`` and reap a process, until none is left."""
        while True:
            kill_all()
            try:
                process, status = os.waitpid(-1, 0)
            except ChildProcessError:
                return
            self._note(process, status)

    def _note(self, process: int, status: int) -> None:
        if process == self._process:
            self.status = status
