"""The student's program: started, watched, stopped."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

from . import kernel
from .terminal import Terminal

PROGRAM = "submission.py"
"""The neutral name under which it runs: as ``select.py`` or ``socket.py`` it would hide the
module that it imports."""


class Server:
    """A server that was started on a terminal, and all processes that came of it."""

    def __init__(
        self,
        terminal: Terminal,
        folder: str,
        user: int | None,
        home: str,
        limits: dict[str, Any],
    ) -> None:
        """Start ``folder``'s program, in that folder, as its own session on ``terminal``.

        Raises:
            ChildProcessError: it could not be started, which is not its own fault.
        """
        self.user = user
        self.status: int | None = None
        """The wait status of its first process, once that has ended."""
        told, tell = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                _become(terminal, folder, user, home, limits)
            except BaseException as error:
                os.write(tell, repr(error).encode())
            finally:
                os._exit(127)
        os.close(tell)
        with open(told, encoding="utf-8") as trouble:
            if text := trouble.read():
                raise ChildProcessError(f"the program cannot be started: {text}")

    def reap(self) -> bool:
        """Collect the processes that have ended; whether none is left."""
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if process == 0:
                return False
            if process == self.process:
                self.status = status

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep all its processes from running, so that what it is given meanwhile is there at
        once when it goes on. Those that do not stop within a fifth of a second run on."""
        held = kernel.descendants(os.getpid())
        _send(held, signal.SIGSTOP)
        try:
            until = time.monotonic() + 0.2
            threads = [(process, thread) for process in held for thread in held[process]]
            while time.monotonic() < until:
                if all(kernel.state(*thread) in "TZX" for thread in threads):
                    break
            yield
        finally:
            _send(held, signal.SIGCONT)

    def signal(self, number: int) -> None:
        """Send a signal to its first process, unless that has ended."""
        if self.status is None:
            os.kill(self.process, number)

    def kill(self) -> None:
        """End everything that came of it, and return when nothing is left."""
        ended = end_all(self.user)
        if self.status is None:
            self.status = ended.get(self.process)


def _send(processes: Iterable[int], number: int) -> None:
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            continue


def end_all(user: int | None) -> dict[int, int]:
    """End everything that this agent has started for ``user``, and return when nothing is left.

    Returns each process that was its own child, or had become one, with its wait status.
    """
    ended: dict[int, int] = {}
    while True:
        if user is None:
            _send(kernel.descendants(os.getpid()), signal.SIGKILL)
        else:
            _kill_user(user)
        try:
            process, status = os.waitpid(-1, 0)
        except ChildProcessError:
            return ended
        ended[process] = status


def _kill_user(user: int) -> None:
    """Kill every process of ``user``: a single call, so that none can fork away from it."""
    child = os.fork()
    if child == 0:
        try:
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def _become(
    terminal: Terminal, folder: str, user: int | None, home: str, limits: dict[str, Any]
) -> None:
    os.login_tty(terminal.far_end)
    for number in (signal.SIGPIPE, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.chdir(folder)
    os.umask(0o022)
    _prefer_as_victim()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, limits["file_size"])
    _limit(resource.RLIMIT_NOFILE, limits["open_files"])
    _limit(resource.RLIMIT_CPU, int(limits["total"]))
    if user is not None:
        _limit(resource.RLIMIT_NPROC, limits["processes"])
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
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
    os.execve(sys.executable, [sys.executable, PROGRAM], environment)


def _limit(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(what, (value, value))


def _prefer_as_victim() -> None:
    """Where memory runs out, the kernel should end the program and not the agent."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass
