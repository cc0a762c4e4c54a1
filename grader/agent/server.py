"""Starts, suspends and ends the student's program."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from typing import NoReturn

from .files.workspace import Workspace
from .isolation.base import Isolation, set_limit
from .isolation.process_tree import ProcessTree, SetUp
from .kernel import procfs
from .plan import Limits
from .terminal import Terminal


class Server:
    """The program's process and all its descendants."""

    def __init__(self, tree: ProcessTree, isolation: Isolation) -> None:
        self._tree = tree
        self._isolation = isolation

    @classmethod
    def start(cls, terminal: Terminal, workspace: Workspace, limits: Limits) -> Server:
        """Start the program in its folder, as its own session on ``terminal``.

        Raises:
            ChildProcessError: it could not be started, which is the sandbox's fault.
        """
        isolation, home = workspace.isolation, workspace.home
        errors, failed = os.pipe()

        def run(folder: str, failed: int, set_up: SetUp) -> NoReturn:
            try:
                _exec(set_up, folder, isolation, home, limits)
            except BaseException as error:
                os.write(failed, repr(error).encode())
            finally:
                os._exit(127)

        files = (terminal.far_end, failed)
        tree = isolation.start(run, workspace.folder, files, limits, workspace.upcoming)
        os.close(failed)
        # The pipe closes when the program is executed.
        with open(errors, encoding="utf-8") as reader:
            if text := reader.read():
                raise ChildProcessError(f"the program cannot be started: {text}")
        return cls(tree, isolation)

    @property
    def root(self) -> int:
        """The process whose descendants are all of the server's processes."""
        return self._tree.root

    @property
    def status(self) -> int | None:
        """The wait status of its first process, once that has ended."""
        return self._tree.status

    def reap(self) -> bool:
        """Reap the processes that have ended; whether none is left."""
        return self._tree.reap()

    @contextlib.contextmanager
    def suspended(self) -> Iterator[None]:
        """Stop all its processes, so that it finds all input of that time at once when it goes on.

        Processes that do not stop within 0.2 seconds run on.
        """
        stopped = procfs.descendants(self.root)
        _send(stopped, signal.SIGSTOP)
        try:
            until = time.monotonic() + 0.2
            threads = [(process, thread) for process in stopped for thread in stopped[process]]
            while time.monotonic() < until:
                if all(procfs.state(*thread) in "TZX" for thread in threads):
                    break
            yield
        finally:
            _send(stopped, signal.SIGCONT)

    def signal(self, number: int) -> None:
        """Send a signal to its first process, unless that has ended."""
        # In this order: until it is reaped, its number belongs to no other process.
        first = self._tree.first()
        self.reap()
        if first and self.status is None:
            with contextlib.suppress(OSError):  # it may end at this moment
                os.kill(first, number)

    def kill(self) -> None:
        """Kill all its processes, and return when none is left."""
        self._tree.reap_all(self._isolation.kill_all)


def _send(processes: Iterable[int], number: int) -> None:
    for process in processes:
        try:
            os.kill(process, number)
        except OSError:  # it has ended, or become another user's
            continue


def _exec(set_up: SetUp, folder: str, isolation: Isolation, home: str, limits: Limits) -> None:
    program, variables = set_up()
    for number in (signal.SIGPIPE, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    # At home, the shell leads the terminal's session. Here the program does. If it ends and leaves
    # a child to serve, as a daemon does, the kernel sends the child SIGHUP unless that has left the
    # session by then: it would be chance whether it lives.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.umask(0o022)
    _prefer_as_victim()
    set_limit(resource.RLIMIT_CORE, 0)
    set_limit(resource.RLIMIT_FSIZE, limits["file_size"])
    set_limit(resource.RLIMIT_NOFILE, limits["open_files"])
    set_limit(resource.RLIMIT_CPU, int(limits["total"]))
    # A message queue outlives its process. Where there is a file system of them, opening a file
    # makes one, which the filter of system calls does not see. gVisor has none, and no such limit.
    with contextlib.suppress(OSError):
        set_limit(resource.RLIMIT_MSGQUEUE, 0)
    isolation.drop_privileges(limits)
    environment = {
        "HOME": home,
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PWD": folder,
        "PYTHONDONTWRITEBYTECODE": "1",
        "TERM": "xterm",
        "USER": "student",
        "LOGNAME": "student",
    }
    os.execve(sys.executable, [sys.executable, program], environment | variables)


def _prefer_as_victim() -> None:
    """Make the kernel kill the program, and not the agent, when memory runs out."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass
