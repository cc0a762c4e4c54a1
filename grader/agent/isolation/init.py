"""Process 1 of a box: finishes the box from inside, starts the program and supervises it.

It is a fork of the agent. It reaps orphans, reports how the program's first process ended, and
enforces the memory limit; when it is killed, the kernel kills everything in the box.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import struct
from typing import NamedTuple, NoReturn

from . import linux, warm_start
from .process_tree import Exec

MEMORY_CHECK_INTERVAL = 0.02
"""Seconds between two checks of the memory in use: a program fills about 20 MiB in this time."""

MOST_REAPED = 64
"""Processes that are reaped at most between two checks: a program may end them as fast as they are
reaped."""

MOST_SOCKETS = 1000
"""Sockets of the sandbox, the agent's included. A right server has some sixty at once. What their
buffers hold, half a MiB each, is in no process, and no other measure counts it."""

MANY_PROCESSES, LOW_PRIORITY = 8, 10
"""A program with so many processes gets this nice value. Otherwise each of them, computing, would
get as much of a processor as the agent, and as the programs of others."""

NAMESPACE_KINDS = ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time")
"""As in ``/proc/sys/user/max_*_namespaces``. Whoever creates a namespace is root in it, so the
program may not create any."""

EXIT_REPORT = struct.Struct("i")
"""The message that init sends through the channel when the program's first process ends: its wait
status."""


class WritablePaths(NamedTuple):
    """Paths to which a program may write, although the kernel takes it for the owner of more."""

    writable: tuple[str, ...] = ()
    """The program's own folders."""
    read_only: tuple[str, ...] = ()
    """Mount points below which everything else is read-only."""


EVERYTHING_WRITABLE = WritablePaths()


def run(
    exec_program: Exec,
    folder: str,
    channel: socket.socket,
    setup_pipe: int,
    memory: int,
    paths: WritablePaths,
) -> NoReturn:
    """Be the init of a box until nothing else runs in it.

    Writes to ``setup_pipe`` what goes wrong before the program's Python starts.
    """
    try:
        try:
            near_end, far_end = _finish_box(paths)
        except OSError as error:
            os.write(setup_pipe, str(error).encode())
            raise
        first = os.fork()
        if first == 0:
            linux.set_dumpable(True)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            exec_program(
                folder,
                setup_pipe,
                lambda: warm_start.set_up(folder, channel, near_end, far_end),
            )
        close_all_but(channel.fileno())
        _supervise(first, channel, memory, _tmpfs_mounts())
    finally:
        os._exit(0)


def close_all_but(*kept: int, lowest: int = 0) -> None:
    """Close all file descriptors from ``lowest`` on, except ``kept``.

    A copy of a client's connection would keep it open after the agent closes it. The agent also
    waits until every copy of the setup pipe is closed.
    """
    for file in sorted(kept):
        os.closerange(lowest, file)
        lowest = file + 1
    os.closerange(lowest, os.sysconf("SC_OPEN_MAX"))


def _finish_box(paths: WritablePaths) -> tuple[int, int]:
    """Set up mounts and privileges. Returns both ends of the terminal on which Python starts."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    # hidepid=2 shows a process only to those who may trace it, and nobody may trace init.
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    linux.mount("proc", "/proc", "proc", flags, "hidepid=2")
    for kind in NAMESPACE_KINDS:
        with contextlib.suppress(FileNotFoundError):
            linux.write_setting(f"/proc/sys/user/max_{kind}_namespaces", "0")
    # To the kernel, the program owns what the agent has created. Anything it left outside its own
    # folders, or did to their parents, would interfere with later scenarios.
    for path in paths.writable:
        if os.path.isdir(path):
            linux.mount(path, path, flags=linux.MS_BIND)
    for path in paths.read_only:
        linux.add_mount_flags(path, linux.MS_RDONLY)
    ends = warm_start.open_private_terminal()
    # The kernel has a few thousand terminals for everyone, and the program has the agent's.
    linux.mount("/dev/null", "/dev/pts/ptmx", flags=linux.MS_BIND)
    linux.drop_capabilities()
    # This process is a copy of the agent, whose memory the program must not read.
    linux.set_dumpable(False)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    return ends


def _supervise(first: int, channel: socket.socket, memory: int, tmpfs_mounts: list[str]) -> None:
    """Reap processes until none is left; kill all when they exceed ``memory`` bytes, or
    :data:`MOST_SOCKETS`.

    Files on ``tmpfs_mounts`` count as memory. The kernel enforces a limit of its own, but that one
    includes the agent, so the kernel might kill the agent instead.
    """
    while True:
        signal.sigtimedwait({signal.SIGCHLD}, MEMORY_CHECK_INTERVAL)
        if first:
            # Report before reaping: until the agent has the report, the process id stays valid.
            ended = os.waitid(os.P_PID, first, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended:
                exited = ended.si_code == os.CLD_EXITED
                status = ended.si_status << 8 if exited else ended.si_status
                channel.send(EXIT_REPORT.pack(status))
                first = 0
        try:
            for _ in range(MOST_REAPED):
                if not os.waitpid(-1, os.WNOHANG)[0]:
                    break
        except ChildProcessError:
            return
        others = _other_processes()
        left = memory - _tmpfs_usage(tmpfs_mounts)
        exceeds = _resident(others) > left and _proportional(others) > left
        if exceeds or _sockets() > MOST_SOCKETS:
            os.kill(-1, signal.SIGKILL)
        if len(others) >= MANY_PROCESSES:
            for process in others:
                with contextlib.suppress(OSError):
                    os.setpriority(os.PRIO_PROCESS, int(process), LOW_PRIORITY)


def _tmpfs_mounts() -> list[str]:
    """One mount point of each writable tmpfs."""
    found: dict[int, str] = {}
    with open("/proc/self/mounts", "rb") as mounts:
        for line in mounts:
            _, point, kind, options, *_ = line.split(b" ")
            if kind == b"tmpfs" and b"rw" in options.split(b","):
                # Separators inside a path are escaped in octal, such as \040.
                path = os.fsdecode(re.sub(rb"\\(\d{3})", lambda m: bytes([int(m[1], 8)]), point))
                with contextlib.suppress(OSError):
                    found.setdefault(os.stat(path).st_dev, path)
    return list(found.values())


def _tmpfs_usage(mounts: list[str]) -> int:
    """Bytes in use on these file systems, deleted but still open files included."""
    systems = map(os.statvfs, mounts)
    return sum((system.f_blocks - system.f_bfree) * system.f_frsize for system in systems)


def _sockets() -> int:
    """The number of sockets in this network namespace; 0: unknown."""
    first = _read("/proc/net/sockstat").partition(b"\n")[0].split()  # "sockets: used 8"
    return int(first[2]) if len(first) > 2 else 0


def _resident(processes: list[str]) -> int:
    """Resident bytes of the processes; shared memory counts once per process."""
    pages = 0
    for process in processes:
        fields = _about_memory(process, "statm").split()
        pages += int(fields[1]) if fields else 0
    return pages * os.sysconf("SC_PAGESIZE")


def _proportional(processes: list[str]) -> int:
    """Resident bytes of the processes; shared memory counts once. Slower to compute."""
    total = 0
    for process in processes:
        fields = _about_memory(process, "smaps_rollup").partition(b"\nPss:")[2].split()
        total += int(fields[0]) * 1024 if fields else 0
    return total


def _about_memory(process: str, name: str) -> bytes:
    """Read one of a process's files about its memory."""
    text = _read(f"/proc/{process}/{name}")
    if not text or text.startswith(b"0 "):
        # The first thread has ended; but others may run on, and have that memory.
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{process}/task"):
                other = _read(f"/proc/{process}/task/{thread}/{name}")
                if other and not other.startswith(b"0 "):
                    return other
    return text


def _other_processes() -> list[str]:
    return [name for name in os.listdir("/proc") if name.isdigit() and name != "1"]


def _read(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(4096) or b""
    except OSError:
        return b""  # The process has ended.
