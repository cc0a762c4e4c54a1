"""The inner wall: namespaces of the program's own, below a process 1 of its own.

The agent and the program are one and the same user to the kernel. But the program sees no
process outside its namespaces, so it can neither read, signal nor trace the agent; it has no
right over anything; and the agent, as the owner of these namespaces, sees what it sleeps in.

Process 1 is a fork of the agent. It collects orphans, tells how the first process ended, watches
the memory, and is killed to end all of it at once.

To build a wall takes a third of the time in which Python starts. So each is built while the program
before it is played, and its Python starts there, and waits to be told that it may begin.
"""

from __future__ import annotations

import contextlib
import gc
import os
import re
import select
import signal
import socket
import struct
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from ..kernel import procfs
from . import linux, warm_start
from .process_tree import Exec, ProcessTree

LOOK = 0.02
"""Seconds between two looks at the memory: a program fills some 20 MiB in this time."""

NO_MORE = ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time")
"""Kinds of namespaces, as the kernel's settings call them: who may make one is root in there."""

_STATUS = struct.Struct("i")


class Below(ProcessTree):
    """A program below its own process 1, which tells how it ends."""

    def __init__(self, one: int, told: socket.socket) -> None:
        super().__init__(one)
        self._told = told
        self._gone = False

    @property
    def root(self) -> int:
        """Process 1, as the agent calls it."""
        return self._process

    def first(self) -> int | None:
        """Process 1's eldest child, which is the program's first process until that has ended."""
        return next(iter(procfs.children(self._process)), None)

    def reap(self) -> bool:
        """Learn how the first process ended, if it did; whether none is left."""
        # In this order: what process 1 had to tell, it has told when it is gone.
        self._gone = self._gone or os.waitpid(self._process, os.WNOHANG)[0] != 0
        self._hear()
        return self._gone

    def reap_all(self, kill: Callable[[], None]) -> None:
        """End process 1, and with it everything else. To ``kill`` would be the end of the next
        one's wall, too."""
        if not self._gone:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._gone = True
        self._hear()

    def _hear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            if self._told.fileno() >= 0:
                try:
                    told = self._told.recv(_STATUS.size)
                except ConnectionResetError:
                    told = b""  # it has not taken its last order
                self._told.close()
                # Process 1 was killed, and the first process with it.
                self.status = _STATUS.unpack(told)[0] if told else signal.SIGKILL


class Box:
    """A wall that is being built, or stands and is empty.

    Args:
        folder: in which its program is going to begin.
        builder: the process that builds it, and ends then.
        number: where it tells process 1's number, or its trouble.
        orders: leads to its first process, which waits at the other end, and from process 1.
    """

    def __init__(self, folder: str, builder: int, number: int, orders: socket.socket) -> None:
        self.folder = folder
        self._builder = builder
        self._number = number
        self._orders = orders

    def is_warm(self) -> bool:
        """Whether its program still waits to begin: it may have been killed, where memory ran out,
        or not have come that far."""
        return not select.select([self._orders], [], [], 0)[0]

    def release(self, terminal: int) -> None:
        """Let the program begin that it was built for, on ``terminal``.

        Raises:
            ChildProcessError: the kernel does not allow such a wall.
        """
        self._program = self.finish()
        warm_start.release(self._orders, terminal)

    def await_start(self, error_pipe: int) -> Below:
        """Wait until the program that was let in begins; write what prevents it to ``error_pipe``.

        Raises:
            ChildProcessError: it has ended before.
        """
        self._orders.setblocking(True)
        try:
            os.write(error_pipe, warm_start.answer(self._orders).encode())
        except ConnectionError as error:
            self._program.reap_all(lambda: None)
            raise ChildProcessError(f"the program has ended before it began: {error}") from error
        self._orders.setblocking(False)
        return self._program

    def end(self) -> None:
        """Take it down, with whatever waits in it."""
        with contextlib.suppress(ChildProcessError):
            self.finish().reap_all(lambda: None)

    def finish(self) -> Below:
        """Wait until it stands, and the program waits to begin.

        Raises:
            ChildProcessError: the kernel does not allow such a wall.
        """
        # Process 1 lives on as our own child: we are the one to whom orphans come.
        os.waitpid(self._builder, 0)
        with open(self._number, "rb") as pipe:
            text = pipe.read(4096)
        if not text.isdigit():
            self._orders.close()
            # Whether its number or its trouble was told first is chance.
            trouble = text.decode().strip("0123456789")
            raise ChildProcessError(f"no namespaces for the program: {trouble}")
        self._orders.setblocking(False)
        return Below(int(text), self._orders)


class WritablePaths(NamedTuple):
    """Where a program may write, of what is its user's as it is the agent's."""

    own: tuple[str, ...] = ()
    """Folders that are the program's."""
    closed: tuple[str, ...] = ()
    """Mount points in which nothing else can be changed."""


EVERYWHERE = WritablePaths()


def build(
    exec_program: Exec,
    folder: str,
    user: int,
    limits: dict[str, Any],
    grounds: WritablePaths = EVERYWHERE,
) -> Box:
    """Begin to build new namespaces, in which ``run`` is going to be the user ``user``, in
    ``folder``. That need not be there before the program begins; what it is in of ``grounds``
    is."""
    ours, orders = socket.socketpair(type=socket.SOCK_SEQPACKET)
    number, announce = os.pipe()
    builder = os.fork()
    if builder == 0:
        # Of what the agent had, nothing is collected from here on: a socket among it would close
        # its number, which may be that of a new file.
        gc.freeze()
        try:
            _hold_only(orders.fileno(), announce, lowest=3)
            linux.unshare(linux.NEW_USERS | linux.NEW_PROCESSES | linux.NEW_MOUNTS | linux.NEW_IPC)
            linux.map_user(user, 0, 0)
            one = os.fork()
            if one == 0:
                _be_process_1(exec_program, folder, orders, announce, limits, grounds)
            os.write(announce, b"%d" % one)
        except OSError as error:
            os.write(announce, str(error).encode())
        finally:
            os._exit(0)
    orders.close()
    os.close(announce)
    return Box(folder, builder, number, ours)


def _hold_only(*kept: int, lowest: int = 0) -> None:
    """Close all files from ``lowest`` on but those ``kept``. A client's connection is not closed
    as long as somebody holds it; and what the agent waits for, to know that a program runs, is
    among these, so that it goes on only when all of them are closed."""
    for file in sorted(kept):
        os.closerange(lowest, file)
        lowest = file + 1
    os.closerange(lowest, os.sysconf("SC_OPEN_MAX"))


def _be_process_1(
    exec_program: Exec,
    folder: str,
    orders: socket.socket,
    announce: int,
    limits: dict[str, Any],
    grounds: WritablePaths,
) -> NoReturn:
    try:
        try:
            near, far = _prepare(grounds)
        except OSError as error:
            os.write(announce, str(error).encode())
            raise
        first = os.fork()
        if first == 0:
            linux.be_traceable(True)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            exec_program(folder, announce, lambda: warm_start.wait_at(folder, orders, near, far))
        _hold_only(orders.fileno())
        _attend(first, orders, limits["memory"], _files_in_memory())
    finally:
        os._exit(0)


def _prepare(grounds: WritablePaths) -> tuple[int, int]:
    """Finish the wall, from within. The ends of the terminal on which the program starts."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    # In it, a process is shown to those only who may trace it: process 1 to nobody.
    flags = linux.NO_SETUID | linux.NO_DEVICES | linux.NO_PROGRAMS
    linux.mount("proc", "/proc", "proc", flags, "hidepid=2")
    for kind in NO_MORE:
        with contextlib.suppress(FileNotFoundError):
            linux.tell(f"/proc/sys/user/max_{kind}_namespaces", "0")
    # To the kernel the program owns what the agent has made. What it could leave beside its own
    # folders, or do to those that hold them, would be in the way of later scenarios.
    for place in grounds.own:
        if os.path.isdir(place):
            linux.mount(place, place, flags=linux.BIND)
    for place in grounds.closed:
        linux.protect(place, linux.READ_ONLY)
    terminal = warm_start.terminal()
    linux.give_up_rights()
    # This is a copy of the agent, whose memory the program may not read.
    linux.be_traceable(False)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    return terminal


def _files_in_memory() -> list[str]:
    """Mount points whose files are memory and can be written; of each file system one."""
    found: dict[int, str] = {}
    with open("/proc/self/mounts", "rb") as mounts:
        for line in mounts:
            _, point, kind, options, *_ = line.split(b" ")
            if kind == b"tmpfs" and b"rw" in options.split(b","):
                # What would end a word there is told as an octal number.
                place = os.fsdecode(re.sub(rb"\\(\d{3})", lambda m: bytes([int(m[1], 8)]), point))
                with contextlib.suppress(OSError):
                    found.setdefault(os.stat(place).st_dev, place)
    return list(found.values())


def _used(points: list[str]) -> int:
    """Bytes of the files in these file systems, also of those that have no name any more."""
    told = map(os.statvfs, points)
    return sum((system.f_blocks - system.f_bfree) * system.f_frsize for system in told)


def _attend(first: int, tell: socket.socket, memory: int, points: list[str]) -> None:
    """Collect what ends, until nothing is left; kill it all where it takes more memory, its files
    included: the kernel, whose limit leaves room for the agent besides, may choose that one."""
    while True:
        signal.sigtimedwait({signal.SIGCHLD}, LOOK)
        if first:
            # Told before it is collected: so whoever has not heard of it yet finds it here.
            ended = os.waitid(os.P_PID, first, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended:
                by_itself = ended.si_code == os.CLD_EXITED
                tell.send(_STATUS.pack(ended.si_status << 8 if by_itself else ended.si_status))
                first = 0
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        left = memory - _used(points)
        if _resident() > left and _proportional() > left:
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
        program = build(lambda *_: os._exit(0), "/", 1, {"memory": 1 << 40}).finish()
        while not program.reap():
            pass
    except ChildProcessError as error:
        os.write(2, str(error).encode())
        os._exit(1)
    os._exit(0 if program.status == 0 else 1)
