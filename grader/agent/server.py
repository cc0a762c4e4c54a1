"""The student's program: started, watched, stopped."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from .isolation.base import Isolation, set_limit
from .isolation.process_tree import SetUp
from .kernel import procfs
from .terminal import Terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .files.workspace import Workspace


class Server:
    """A server that was started on a terminal, and all processes that came of it."""

    def __init__(self, terminal: Terminal, places: Workspace, limits: dict[str, Any]) -> None:
        """Start the program, in its folder, as its own session on ``terminal``.

        Raises:
            ChildProcessError: it could not be started, which is not its own fault.
        """
        isolation, home = places.isolation, places.home
        self._isolation = isolation
        told, tell = os.pipe()

        def run(folder: str, tell: int, set_up: SetUp) -> NoReturn:
            try:
                _become(set_up, folder, isolation, home, limits)
            except BaseException as error:
                os.write(tell, repr(error).encode())
            finally:
                os._exit(127)

        files = (terminal.far_end, tell)
        self._tree = isolation.start(run, places.folder, files, limits, places.following)
        os.close(tell)
        with open(told, encoding="utf-8") as trouble:
            if text := trouble.read():
                raise ChildProcessError(f"the program cannot be started: {text}")

    @property
    def root(self) -> int:
        """All its processes are those below this one."""
        return self._tree.root

    @property
    def status(self) -> int | None:
        """The wait status of its first process, once that has ended."""
        return self._tree.status

    def reap(self) -> bool:
        """Collect the processes that have ended; whether none is left."""
        return self._tree.reap()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep all its processes from running, so that what it is given meanwhile is there at
        once when it goes on. Those that do not stop within a fifth of a second run on."""
        held = procfs.descendants(self.root)
        _send(held, signal.SIGSTOP)
        try:
            until = time.monotonic() + 0.2
            threads = [(process, thread) for process in held for thread in held[process]]
            while time.monotonic() < until:
                if all(procfs.state(*thread) in "TZX" for thread in threads):
                    break
            yield
        finally:
            _send(held, signal.SIGCONT)

    def signal(self, number: int) -> None:
        """Send a signal to its first process, unless that has ended."""
        # In this order: what is named here lives until its end has been heard of.
        first = self._tree.first()
        self.reap()
        if first and self.status is None:
            os.kill(first, number)

    def kill(self) -> None:
        """End everything that came of it, and return when nothing is left."""
        self._tree.reap_all(self._isolation.kill_all)


def _send(processes: Iterable[int], number: int) -> None:
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            continue


def _become(
    set_up: SetUp, folder: str, isolation: Isolation, home: str, limits: dict[str, Any]
) -> None:
    program, besides = set_up()
    for number in (signal.SIGPIPE, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.umask(0o022)
    _prefer_as_victim()
    set_limit(resource.RLIMIT_CORE, 0)
    set_limit(resource.RLIMIT_FSIZE, limits["file_size"])
    set_limit(resource.RLIMIT_NOFILE, limits["open_files"])
    set_limit(resource.RLIMIT_CPU, int(limits["total"]))
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
    os.execve(sys.executable, [sys.executable, program], environment | besides)


def _prefer_as_victim() -> None:
    """Where memory runs out, the kernel should end the program and not the agent."""
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
    except OSError:
        pass
