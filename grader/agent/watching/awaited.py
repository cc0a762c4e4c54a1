"""Which files a server's threads wait for, by the names that events have for them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from ..events import path_text
from ..files.workspace import Workspace
from ..kernel import call_arguments, procfs
from ..kernel.snapshot import Snapshot, Thread
from ..terminal import Terminal
from ..vocabulary import LISTENING_SOCKET, OTHER_SOCKET, TERMINAL, CallName, Running

_MOST_THREADS, _MOST_FILES = 16, 64
"""Threads, and files that one of them watches, that are reported at most; inputs before others."""


class ThreadState(NamedTuple):
    """The state of one thread; its fields are those of the events."""

    call: CallName | Running
    timed: bool
    """Whether it may wake without new input."""
    file: str
    """The client, terminal, socket or path that its call waits for. Empty: no single one."""
    watches: list[str]
    """The files that its ``select`` or ``poll`` waits on to become readable."""


class AwaitedFiles:
    """Reads from the kernel what the threads of a server wait for, and names it."""

    def __init__(self, terminal: Terminal, workspace: Workspace) -> None:
        self._terminal = terminal
        self._workspace = workspace
        self._sockets: dict[int, str] = {}
        """A description of each of the server's sockets, by inode."""

    def name_socket(self, inode: int, name: str) -> None:
        """Note what the server's socket ``inode`` is called."""
        self._sockets[inode] = name

    def forget_clients(self) -> None:
        """Forget the names of all sockets but the listening one."""
        self._sockets = {
            inode: name for inode, name in self._sockets.items() if name == LISTENING_SOCKET
        }

    def inodes(self) -> set[int]:
        """The inodes of the server's inputs, those that it has closed included."""
        return {os.fstat(self._terminal.far_end).st_ino, *self._sockets}

    def of_thread(self, thread: Thread) -> str:
        """The file that the thread's call waits for; empty: none, or several."""
        if not thread.call or thread.call.file is None:
            return ""
        return self._name(thread, thread.call.file)

    def thread_states(self, taken: Snapshot) -> list[ThreadState]:
        """Describe the threads for an event."""
        return [
            ThreadState(
                call=thread.call.name if thread.call else "",
                timed=thread.call.timed if thread.call else True,
                file=self.of_thread(thread),
                watches=self.reported(self._watched(thread)),
            )
            for thread in taken.threads[:_MOST_THREADS]
        ]

    def reads_terminal(self, taken: Snapshot) -> bool:
        """Whether a thread waits in ``read`` until somebody types."""
        return any(
            thread.call and thread.call.name == "read" and self.of_thread(thread) == TERMINAL
            for thread in taken.threads
        )

    @staticmethod
    def multiplexes(thread: Thread) -> bool:
        """Whether the thread is in a call of which it is known what it waits on."""
        return thread.call is not None and thread.call.name in ("select", "poll")

    def watched(self, taken: Snapshot) -> set[str] | None:
        """The files that its only thread waits on, in `select` or `poll`, to become readable. None:
        unknown, for one where it woke since ``taken``, so that its memory holds something else."""
        if not taken.asleep or len(taken.threads) != 1:
            return None
        (thread,) = taken.threads
        if not thread.call or not self.multiplexes(thread):
            return None
        names = self._watched(thread)
        now = procfs.cpu_time(thread.process, thread.thread)
        if not now or now.timeslices != taken.cpu.timeslices:
            return None
        # Nothing at all is what a memory that cannot be read seems to hold, too.
        return set(names) if names or not call_arguments.watches_any(thread.call) else None

    def _watched(self, thread: Thread) -> list[str]:
        if not thread.call:
            return []
        files = call_arguments.watched_files(thread.process, thread.thread, thread.call)
        return [self._name(thread, file) for file in files]

    def reported(self, names: Iterable[str]) -> list[str]:
        """Those of ``names`` that an event has: a program may watch any number of files, but none
        that hides an input."""
        inputs = {TERMINAL, *self._sockets.values()}
        return sorted(names, key=lambda name: name not in inputs)[:_MOST_FILES]

    def _name(self, thread: Thread, file: int) -> str:
        name = procfs.file_name(thread.process, thread.thread, file)
        if name in (self._terminal.path, "/dev/tty"):
            return TERMINAL
        if name.startswith("socket:["):
            return self._sockets.get(int(name[8:-1]), OTHER_SOCKET)
        return path_text(self._workspace.name(name)) or f"file {file}"
