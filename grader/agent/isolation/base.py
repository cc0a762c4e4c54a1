"""The base class of all kinds of isolation."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from ..kernel import procfs
from ..plan import Limits
from .process_tree import Exec, ProcessTree

PROGRAM = "submission.py"
"""The file name under which a program runs. A neutral one: as ``select.py`` or ``socket.py`` it
would shadow the standard module that it imports."""


class Isolation(ABC):
    """Starts programs, separates them from the agent, and kills them.

    What stands here treats the program as an ordinary child process of the agent; subclasses
    replace whatever is not enough for them.
    """

    sandboxed = False
    """Whether everything that is writable here belongs to the program, because it runs in a
    sandbox. False on a person's own computer."""
    scoped_oom_counter = False
    """Whether the OOM counter is scoped to this sandbox."""

    def start(
        self,
        exec_program: Exec,
        folder: str,
        files: tuple[int, int],
        limits: Limits,  # noqa: ARG002 (other kinds of isolation use it)
        upcoming: Iterable[str],  # noqa: ARG002
    ) -> ProcessTree:
        """Start a program in ``folder``.

        Args:
            exec_program: turns a new process into the program. Must be equivalent in every call,
                as must ``limits``: a start may be prepared during the previous one.
            folder: the program's folder; it contains :data:`PROGRAM`.
            files: the program's end of its terminal, and the write end of the error pipe.
            limits: the plan's limits.
            upcoming: the folders of the next starts, which may be prepared now.

        Raises:
            ChildProcessError: the isolation could not be set up.
        """
        terminal, error_pipe = files

        def set_up() -> tuple[str, dict[str, str]]:
            os.login_tty(terminal)
            try:
                with self.as_program():
                    os.chdir(folder)
            except OSError:
                # An earlier run of the program removed or closed its folder. From here, Python
                # reports that it cannot open the file.
                os.chdir("/")
            return PROGRAM, {}

        process = os.fork()
        if process == 0:
            exec_program(folder, error_pipe, set_up)
        return ProcessTree(process)

    def prepare(self, addresses: Iterable[str]) -> None:  # noqa: ARG002
        """Prepare what all starts share; called once, before any program is started.

        Args:
            addresses: what the source names; the loopback interface gets them. (Not here: the
                sandbox has them already, or the interface belongs to a person's own computer.)
        """
        return

    @abstractmethod
    def drop_privileges(self, limits: Limits) -> None:
        """Keep only the program's privileges; called in the new process, right before exec."""

    @abstractmethod
    def give(self, target: str | int) -> None:
        """Make the program the owner of a path or of an open file."""

    @contextlib.contextmanager
    def as_program(self) -> Iterator[None]:
        """Act with the program's privileges inside the ``with`` block."""
        yield

    def kill_all(self) -> None:
        """Send SIGKILL to every process that was started."""
        for process in procfs.descendants(os.getpid()):
            with contextlib.suppress(OSError):  # it has ended, or become another user's
                os.kill(process, signal.SIGKILL)


def end_all(isolation: Isolation) -> None:
    """Kill and reap everything that this agent has started."""
    ProcessTree(0).reap_all(isolation.kill_all)


def set_limit(resource_kind: int, value: int) -> None:
    """Set this process's soft and hard limit to ``value``, or to the hard limit if it is lower."""
    hard = resource.getrlimit(resource_kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(resource_kind, (value, value))
