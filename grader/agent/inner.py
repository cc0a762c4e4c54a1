"""The inner wall: namespaces of the program's own, below a process 1 of its own.

The agent and the program are one and the same user to the kernel. But the program sees no
process outside its namespaces, so it can neither read, signal nor trace the agent; it has no
right over anything; and the agent, as the owner of these namespaces, sees what it sleeps in.

Process 1 is a fork of the agent. It collects orphans, tells how the first process ended,
watches the memory, and is killed to end all of it at once.
"""

from __future__ import annotations

import contextlib
import os
import signal
import struct
from collections.abc import Callable
from typing import Any, NoReturn

from . import kernel, linux
from .parting import Offspring

LOOK = 0.02
"""Seconds between two looks at the memory: a program fills some 20 MiB in this time."""

NO_MORE = ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time")
"""Kinds of namespaces, as the kernel's settings call them: who may make one is root in there."""

_STATUS = struct.Struct("i")


class Below(Offspring):
    """A program below its own process 1."""

    def __init__(self, one: int, told: int) -> None:
        super().__init__(one)
        self._told = told

    @property
    def root(self) -> int:
        """Process 1, as the agent calls it."""
        return self._process

    def first(self) -> int | None:
        """Process 1's eldest child, which is the program's first process until that has ended."""
        return next(iter(kernel.children(self._process)), None)

    def reap(self) -> bool:
        """Learn how the first process ended, if it did; whether none is left."""
        # In this order: what process 1 had to tell, it has told when it is gone.
        gone = super().reap()
        self._hear()
        return gone

    def reap_all(self, kill: Callable[[], None]) -> None:
        """End process 1, and with it everything else; see :class:`Offspring`."""
        super().reap_all(kill)
        self._hear()

    def _hear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            if self._told >= 0:
                told = os.read(self._told, _STATUS.size)
                os.close(self._told)
                self._told = -1
                # Process 1 was killed, and the first process with it.
                self.status = _STATUS.unpack(told)[0] if told else signal.SIGKILL

    def _ended(self, process: int, status: int) -> None:
        pass  # that is process 1's own status


def start(run: Callable[[], NoReturn], user: int, limits: dict[str, Any]) -> Below:
    """Start ``run`` in new namespaces, in which it is the user ``user``.

    Raises:
        ChildProcessError: the kernel does not allow them.
    """
    told, tell = os.pipe()
    number, announce = os.pipe()
    builder = os.fork()
    if builder == 0:
        try:
            linux.unshare(linux.NEW_USERS | linux.NEW_PROCESSES | linux.NEW_MOUNTS | linux.NEW_IPC)
            linux.map_user(user, 0, 0)
            one = os.fork()
            if one == 0:
                _be_process_1(run, tell, announce, limits)
            os.write(announce, b"%d" % one)
        except OSError as error:
            os.write(announce, str(error).encode())
        finally:
            os._exit(0)
    os.close(tell)
    os.close(announce)
    # Process 1 lives on as our own child: we are the one to whom orphans come.
    os.waitpid(builder, 0)
    with open(number, "rb") as pipe:
        text = pipe.read(4096)
    if not text.isdigit():
        os.close(told)
        # Whether its number or its trouble was told first is chance.
        trouble = text.decode().strip("0123456789")
        raise ChildProcessError(f"no namespaces for the program: {trouble}")
    os.set_blocking(told, False)
    return Below(int(text), told)


def _be_process_1(
    run: Callable[[], NoReturn], tell: int, announce: int, limits: dict[str, Any]
) -> NoReturn:
    try:
        try:
            _prepare()
        except OSError as error:
            os.write(announce, str(error).encode())
            raise
        os.close(announce)
        first = os.fork()
        if first == 0:
            linux.be_traceable(True)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            run()
        # A client's connection is not closed as long as somebody holds it. What the agent
        # waits for, to know that the program runs, is among these.
        os.closerange(0, tell)
        os.closerange(tell + 1, os.sysconf("SC_OPEN_MAX"))
        _attend(first, tell, limits["memory"])
    finally:
        os._exit(0)


def _prepare() -> None:
    """Finish the wall, from within."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    # In it, a process is shown to those only who may trace it: process 1 to nobody.
    flags = linux.NO_SETUID | linux.NO_DEVICES | linux.NO_PROGRAMS
    linux.mount("proc", "/proc", "proc", flags, "hidepid=2")
    for kind in NO_MORE:
        with contextlib.suppress(FileNotFoundError):
            linux.tell(f"/proc/sys/user/max_{kind}_namespaces", "0")
    linux.give_up_rights()
    # This is a copy of the agent, whose memory the program may not read.
    linux.be_traceable(False)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})


def _attend(first: int, tell: int, memory: int) -> None:
    """Collect what ends, until nothing is left; kill it all where it takes more memory."""
    while True:
        signal.sigtimedwait({signal.SIGCHLD}, LOOK)
        if first:
            # Told before it is collected: so whoever has not heard of it yet finds it here.
            ended = os.waitid(os.P_PID, first, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended:
                by_itself = ended.si_code == os.CLD_EXITED
                os.write(tell, _STATUS.pack(ended.si_status << 8 if by_itself else ended.si_status))
                first = 0
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        if _resident() > memory and _proportional() > memory:
            os.kill(-1, signal.SIGKILL)


def _others() -> list[str]:
    return [name for name in os.listdir("/proc") if name.isdigit() and name != "1"]


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(4096) or b""
    except OSError:
        return b""  # it has ended


def _resident() -> int:
    """Bytes of memory of all other processes; what some of them share is counted for each."""
    pages = 0
    for process in _others():
        told = _read(f"/proc/{process}/statm").split()
        pages += int(told[1]) if told else 0
    return pages * os.sysconf("SC_PAGESIZE")


def _proportional() -> int:
    """The same, with what is shared counted once. It takes the kernel much longer."""
    found = 0
    for process in _others():
        told = _read(f"/proc/{process}/smaps_rollup").partition(b"\nPss:")[2].split()
        found += int(told[0]) * 1024 if told else 0
    return found


def prove() -> NoReturn:
    """Build the inner wall for nothing; exit with 0, or with 1 and the reason."""
    try:
        program = start(lambda: os._exit(0), 1, {"memory": 1 << 40})
        while not program.reap():
            pass
    except ChildProcessError as error:
        os.write(2, str(error).encode())
        os._exit(1)
    os._exit(0 if program.status == 0 else 1)
