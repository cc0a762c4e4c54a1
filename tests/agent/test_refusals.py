"""Whatever the kernel refuses because of what the program has done, the agent goes on.

A table: each operation on what the program can touch, with each error.
"""

import contextlib
import errno
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest

from grader.agent import untrusted_fs
from grader.agent.clients import Client
from grader.agent.files import logs
from grader.agent.files.watch import FileWatch
from grader.agent.isolation import warm_start
from grader.agent.isolation.no_isolation import NoIsolation
from grader.agent.isolation.process_tree import ProcessTree
from grader.agent.kernel import call_arguments, procfs, snapshot
from grader.agent.kernel.syscalls import Call
from grader.agent.server import Server
from grader.agent.terminal import Terminal

ERRORS = (
    "EACCES",
    "EAGAIN",
    "EBUSY",
    "EINVAL",
    "EIO",
    "ENOENT",
    "ENOSPC",
    "ENOTTY",
    "EPERM",
    "ESRCH",
)


def as_raised(error: str) -> OSError:
    number = getattr(errno, error)
    return OSError(number, os.strerror(number))


class Ground(NamedTuple):
    """What the program can touch."""

    terminal: Terminal
    folder: Path
    child: int


class RefusingSocket:
    """A connection on which every operation fails."""

    def __init__(self, error: OSError) -> None:
        self._error = error

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", 1

    getpeername = getsockname

    def close(self) -> None:
        pass

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        def refuse(*_: object) -> NoReturn:
            raise self._error

        return refuse


@pytest.fixture(scope="module")
def child() -> Iterator[int]:
    """A process that no test can kill, since each kill is refused."""
    process = os.posix_spawn(sys.executable, [sys.executable, "-S", "-c", "while True: pass"], {})
    os.kill(process, signal.SIGSTOP)
    yield process
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


@contextlib.contextmanager
def ground(folder: Path, child: int) -> Iterator[Ground]:
    (folder / "inner" / "deep").mkdir(parents=True)
    (folder / "server.log").write_bytes(b"logged")
    (folder / "inner" / "other.log").write_bytes(b"logged")
    (folder / "server.log").chmod(0o200)
    (folder / "inner" / "deep").chmod(0o000)
    terminal = Terminal.open(64)
    try:
        os.write(terminal.far_end, b"output")
        yield Ground(terminal, folder, child)
    finally:
        terminal.close()


def suspend(ground: Ground) -> None:
    with server(ground).suspended():
        pass


def server(ground: Ground) -> Server:
    return Server(ProcessTree(ground.child), NoIsolation())


def release(ground: Ground) -> None:
    near, far = socket.socketpair(type=socket.SOCK_SEQPACKET)
    with near, far:
        warm_start.release(near, ground.terminal.far_end)


def watch(ground: Ground) -> None:
    files = FileWatch([str(ground.folder)], "", 1000)
    files.rescan()
    files.reread()
    files.close()


SELECT = Call("select", False, (5, 4096, 0, 0, 0, 0), None)

OPERATIONS: dict[str, tuple[tuple[tuple[Any, str], ...], Callable[[Ground], object]]] = {
    "terminal: drain": (((os, "read"),), lambda on: on.terminal.drain()),
    "terminal: type": (((os, "write"),), lambda on: on.terminal.type(b"x\n", b"x\r\n")),
    "terminal: unread": (((fcntl, "ioctl"),), lambda on: on.terminal.unread()),
    "terminal: another start": (((fcntl, "ioctl"), (os, "fchmod")), release),
    "process: signal": (((os, "kill"),), lambda on: server(on).signal(signal.SIGTERM)),
    "process: suspend": (((os, "kill"),), suspend),
    "process: kill all": (((os, "kill"),), lambda _: NoIsolation().kill_all()),
    "process: snapshot": (
        ((os, "open"), (os, "pread")),
        lambda _: snapshot.take(os.getpid(), lambda: None),
    ),
    "process: descendants": (
        ((os, "open"), (os, "pread"), (os, "listdir")),
        lambda _: procfs.descendants(os.getpid()),
    ),
    "process: sockets": (
        ((os, "listdir"), (os, "readlink")),
        lambda on: procfs.socket_inodes({on.child: [on.child]}),
    ),
    "process: file": (((os, "readlink"),), lambda on: procfs.file_name(on.child, on.child, 0)),
    "process: memory": (
        ((os, "open"), (os, "pread")),
        lambda on: call_arguments.watched_files(on.child, on.child, SELECT),
    ),
    "process: signals": (
        ((os, "open"), (os, "pread")),
        lambda on: procfs.catches_signal(on.child, signal.SIGINT),
    ),
    "process: sleeps": (
        ((os, "open"), (os, "pread")),
        lambda on: procfs.sleeps(on.child, on.child),
    ),
    "files: read": (
        ((os, "open"), (os, "read"), (os, "lstat"), (os, "chmod")),
        lambda on: logs.read(str(on.folder / "server.log"), 1000),
    ),
    "files: read all": (
        ((os, "open"), (os, "read"), (os, "scandir"), (os, "lstat"), (os, "chmod")),
        lambda on: logs.read_all([str(on.folder)], "", 1000),
    ),
    "files: measure": (
        ((os, "open"), (os, "scandir")),
        lambda on: logs.total_size([str(on.folder)]),
    ),
    "files: follow": (((os, "open"), (os, "read"), (os, "scandir"), (os, "lstat")), watch),
    "folder: make way": (
        ((os, "lstat"), (os, "unlink")),
        lambda on: untrusted_fs.make_way(on.folder / "server.log"),
    ),
    "folder: empty": (
        tuple(
            (os, name)
            for name in (
                "open",
                "unlink",
                "rmdir",
                "rename",
                "scandir",
                "listdir",
                "chmod",
                "lstat",
                "fchmod",
            )
        ),
        lambda on: untrusted_fs.empty(str(on.folder), 0o755),
    ),
    "folder: writable part": (
        ((os, "statvfs"),),
        lambda on: untrusted_fs.writable_part(str(on.folder)),
    ),
}

ROWS = [
    pytest.param(module, function, act, id=f"{name} ({function})")
    for name, (refused, act) in OPERATIONS.items()
    for module, function in refused
]


@pytest.mark.parametrize(("module", "function", "act"), ROWS)
def test_refused_operation_does_not_end_the_agent(
    module: Any,
    function: str,
    act: Callable[[Ground], object],
    child: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for error in ERRORS:
        refused = []

        def refuse(*_: object, **__: object) -> NoReturn:
            refused.append(function)  # noqa: B023 (it is called in this round)
            raise as_raised(error)  # noqa: B023

        with ground(tmp_path / error, child) as touched, monkeypatch.context() as patched:
            patched.setattr(module, function, refuse)
            act(touched)
        assert refused


@pytest.mark.parametrize("act", [Client.drain, Client.acknowledge, Client.close, Client.reset])
def test_refusing_connection_does_not_end_the_agent(act: Callable[[Client], None]) -> None:
    for error in ERRORS:
        act(Client("client 1", RefusingSocket(as_raised(error))))  # type: ignore[arg-type]
