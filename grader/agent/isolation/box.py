"""A box: namespaces for one start of the program, seen from the agent.

To the kernel, the agent and the program are the same user. But the program sees no process outside
its box, so it can neither read nor signal nor trace the agent, and it has no capability. The agent
owns these namespaces, so it can see what the program does.

What runs inside is in :mod:`.init`; this module builds boxes, releases the programs in them and
learns how they ended. Building a box takes a third of the time that Python takes to start, so each
is built while the previous program runs; see :mod:`.warm_start`.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
from collections.abc import Callable
from typing import NoReturn

from ..kernel import procfs
from . import init, linux, warm_start
from .init import WritablePaths
from .process_tree import Exec, ProcessTree

NAMESPACES = linux.CLONE_NEWUSER | linux.CLONE_NEWPID | linux.CLONE_NEWNS | linux.CLONE_NEWIPC
"""The namespaces of a box. It shares the sandbox's network, so that clients can connect."""


class BoxedTree(ProcessTree):
    """A program in a box, under an init that reports how it ended.

    Args:
        process: the box's init.
        channel: the agent's end of the box's channel.
    """

    def __init__(self, process: int, channel: socket.socket) -> None:
        super().__init__(process)
        self._channel = channel
        self._init_reaped = False

    @property
    def root(self) -> int:
        """The process id of init, in the agent's namespace."""
        return self._process

    def await_start(self, error_pipe: int) -> None:
        """Wait until the released program begins. If it cannot, write why to ``error_pipe``.

        Raises:
            ChildProcessError: it has ended before it began.
        """
        self._channel.setblocking(True)
        try:
            os.write(error_pipe, warm_start.receive_reply(self._channel).encode())
        except ConnectionError as error:
            self.reap_all(lambda: None)
            raise ChildProcessError(f"the program ended before it began: {error}") from error
        self._channel.setblocking(False)

    def first(self) -> int | None:
        """Init's oldest child: the program's first process, until that has ended."""
        return next(iter(procfs.children(self._process)), None)

    def reap(self) -> bool:
        """Learn whether the first process has ended, and how. Returns whether none is left."""
        # First init's end, then its report: once it has ended, the report has been sent.
        self._init_reaped = self._init_reaped or os.waitpid(self._process, os.WNOHANG)[0] != 0
        self._receive_report()
        return self._init_reaped

    def reap_all(self, kill_all: Callable[[], None]) -> None:  # noqa: ARG002 (see below)
        """Kill init, and with it everything in the box.

        ``kill_all`` is not called: it would also kill the boxes that are built ahead.
        """
        if not self._init_reaped:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._init_reaped = True
        self._receive_report()

    def _receive_report(self) -> None:
        if self._channel.fileno() < 0:
            return
        with contextlib.suppress(BlockingIOError):
            try:
                report = self._channel.recv(init.EXIT_REPORT.size)
            except ConnectionResetError:
                report = b""  # It ended without reading the release.
            self._channel.close()
            # Without a report, init was killed, and the first process with it.
            self.status = init.EXIT_REPORT.unpack(report)[0] if report else signal.SIGKILL


class Box:
    """A box that is being built, or whose program waits for its release.

    Args:
        folder: the folder in which its program will run.
        builder: the process that builds it, and then exits.
        setup_pipe: the pipe from which to read init's process id, or an error.
        channel: the agent's end of the box's channel.
    """

    def __init__(self, folder: str, builder: int, setup_pipe: int, channel: socket.socket) -> None:
        self.folder = folder
        self._builder = builder
        self._setup_pipe = setup_pipe
        self._channel = channel

    def is_warm(self) -> bool:
        """Whether its program still waits, or is about to. False once that has ended: it may have
        been killed because memory ran out, or have failed to start."""
        return not select.select([self._channel], [], [], 0)[0]

    def release(self, terminal: int) -> BoxedTree:
        """Let the program begin on ``terminal``; see :meth:`.BoxedTree.await_start`.

        Raises:
            ChildProcessError: the box could not be built.
        """
        tree = self.wait_until_built()
        warm_start.release(self._channel, terminal)
        return tree

    def end(self) -> None:
        """Kill everything in the box."""
        with contextlib.suppress(ChildProcessError):
            self.wait_until_built().reap_all(lambda: None)

    def wait_until_built(self) -> BoxedTree:
        """Wait until the box is built and its program waits for its release.

        Raises:
            ChildProcessError: the box could not be built.
        """
        # Orphans are re-parented to the agent, so init becomes its child when the builder exits.
        os.waitpid(self._builder, 0)
        with open(self._setup_pipe, "rb") as pipe:
            text = pipe.read(4096)
        if not text.isdigit():
            self._channel.close()
            # Init's process id, from the builder, and init's error may come in either order.
            cause = text.decode().strip("0123456789")
            raise ChildProcessError(f"cannot create namespaces for the program: {cause}")
        self._channel.setblocking(False)
        return BoxedTree(int(text), self._channel)


def build(
    exec_program: Exec,
    folder: str,
    user: int,
    memory: int,
    paths: WritablePaths = init.EVERYTHING_WRITABLE,
) -> Box:
    """Begin to build a box, and do not wait for it.

    Args:
        exec_program: see :data:`.Exec`.
        folder: the program's folder. It need not exist until the program begins; the one of
            ``paths`` that contains it must.
        user: the user id of the program inside the box.
        memory: bytes that the program may use, tmpfs files included.
        paths: where the program may write.
    """
    channel, far_channel = socket.socketpair(type=socket.SOCK_SEQPACKET)
    setup_pipe, far_setup_pipe = os.pipe()
    builder = os.fork()
    if builder == 0:
        # Collect no garbage of the agent's: finalizing a socket would close its descriptor, whose
        # number may belong to a new file by then.
        gc.freeze()
        try:
            init.close_all_but(far_channel.fileno(), far_setup_pipe, lowest=3)
            linux.unshare(NAMESPACES)
            linux.map_user(user, 0, 0)
            process = os.fork()
            if process == 0:
                init.run(exec_program, folder, far_channel, far_setup_pipe, memory, paths)
            os.write(far_setup_pipe, b"%d" % process)
        except OSError as error:
            os.write(far_setup_pipe, str(error).encode())
        finally:
            os._exit(0)
    far_channel.close()
    os.close(far_setup_pipe)
    return Box(folder, builder, setup_pipe, channel)


def probe() -> NoReturn:
    """Build a box and end it. Exits with 0, or with 1 and the cause on standard error."""
    try:
        tree = build(lambda *_: os._exit(0), "/", 1, 1 << 40).wait_until_built()
        while not tree.reap():
            pass
    except ChildProcessError as error:
        os.write(2, str(error).encode())
        os._exit(1)
    os._exit(0 if tree.status == 0 else 1)
