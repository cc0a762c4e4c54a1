"""A server under watch: what the kernel says of it, and all that it writes, taken at once."""

from __future__ import annotations

import select
import signal
import time
from collections.abc import Callable
from typing import Any

from ..clients import Client
from ..events import shown
from ..files.workspace import Workspace
from ..kernel import oom, procfs, sock_diag
from ..kernel.procfs import Thread, View
from ..kernel.sock_diag import SockDiag, Socket
from ..server import Server
from ..terminal import Terminal
from . import pending
from .pending import PendingInput, Queues

ECHO = 0.5
"""Seconds to wait for a typed line's echo, where the server may have changed its terminal."""


LONG = 0.002
"""Seconds of a wait before which others are told. Most waits for a server are over sooner."""


class DeadlinePassed(Exception):  # noqa: N818 (that time is over is no error)
    """The time for the whole run is over."""


class Observer:
    """A started server, its terminal and its clients.

    ``closed_by_server`` is called with each client whose connection the server has closed;
    ``before_waiting`` before each wait of some length.
    """

    def __init__(
        self,
        places: Workspace,
        limits: dict[str, Any],
        deadline: float,
        closed_by_server: Callable[[Client], None],
        before_waiting: Callable[[], None],
    ) -> None:
        self.deadline = deadline
        """When, by ``time.monotonic``, to give up looking."""
        self.listening: Socket | None = None
        self.queues = Queues([], False)
        """As of the last look."""
        self._places = places
        self._limits = limits
        self._closed_by_server = closed_by_server
        self._before_waiting = before_waiting
        self._network = SockDiag()
        self.taken = sorted({entry.local[1] for entry in self._network.listening()})
        """Ports on which others listen."""
        self._clients: list[Client] = []
        self._touched: dict[Client, None] = {}
        """Those who have given the server something since it last settled: the others cannot
        have anything waiting."""
        self._inodes: dict[int, str] = {}
        """What the server's sockets are, by their inodes."""
        self.terminal = Terminal(limits["terminal"])
        places.isolation.give(self.terminal.far_end)  # else /dev/stdin is not its own
        self.start()

    def start(self) -> None:
        """Start the program; after it has ended, once more."""
        self.listening = None
        places = self._places
        self._kills = oom.kills() if places.isolation.scoped_oom_counter else None
        self.server = Server(self.terminal, places, self._limits)

    def close(self) -> None:
        """Watch no more, once the program has ended."""
        self.terminal.close()
        self._network.close()

    def add(self, client: Client) -> None:
        """Watch a client's connection, too."""
        self._clients.append(client)
        self._touched[client] = None

    def touch(self, client: Client) -> None:
        """``client`` gives the server something, or leaves."""
        self._touched[client] = None

    def settled(self) -> None:
        """The server has taken everything."""
        self._touched.clear()

    def find_listening(self) -> bool:
        """Whether a process of the server's listens; where, is in ``listening`` then: of several
        sockets at the one that was opened first."""
        listening = self._network.listening()
        if listening:
            held = procfs.inodes(procfs.descendants(self.server.root))
            own = [socket for socket in listening if socket.inode in held]
            for socket in sorted(own, key=lambda socket: held[socket.inode])[:1]:
                self.listening = socket
                self._inodes[socket.inode] = "listening socket"
                return True
        return False

    def look(self) -> View:
        """View the server, and what waits for it.

        Raises:
            DeadlinePassed: the run's time is over.
        """
        if time.monotonic() > self.deadline:
            raise DeadlinePassed
        self.server.reap()
        view = procfs.look(self.server.root, self._read_queues)
        if view.asleep and self._waits_for_us(view):
            return view._replace(asleep=False)
        return view

    def gone(self, view: View) -> bool:
        """Whether nothing is left of the server. Where no thread was seen, that alone is no
        proof: a process whose parent has just ended is listed nowhere for a moment."""
        return not view.threads and self.server.reap()

    def out_of_memory(self) -> bool | None:
        """Whether memory has run out since the start; None: the kernel does not tell."""
        kills = oom.kills()
        return None if self._kills is None or kills is None else kills > self._kills

    def asks(self, view: View) -> bool:
        """Whether it sleeps until somebody types."""
        return any(
            thread.call
            and thread.call.name == "read"
            and self._file(thread, thread.call.file) == "terminal"
            for thread in view.threads
        )

    def sleeps_for_good(self, view: View) -> bool:
        """Whether nothing but new input can wake it: no time limit, and no alarm either (which
        the kernel does not tell of; one who handles the signal may have set one)."""
        return (
            view.asleep
            and not view.timed
            and not any(
                procfs.catches(process, signal.SIGALRM)
                for process in {thread.process for thread in view.threads}
            )
        )

    def _waits_for_us(self, view: View) -> bool:
        """Whether it may go on as soon as what it has written is read."""
        readers = {"terminal", *(client.name for client in self._clients if client.open)}
        return bool(select.select(self._files(), [], [], 0)[0]) or any(
            # The terminal passes on what is written a moment later, in a thread of the kernel's.
            thread.call
            and thread.call.name in ("write", "send")
            and self._file(thread, thread.call.file) in readers
            for thread in view.threads
        )

    def _read_queues(self) -> None:
        touched = list(self._touched)
        pairs = [pair for c in touched for pair in ((c.there, c.here), (c.here, c.there))]
        found = self._network.connections(pairs)
        fars, nears = found[::2], found[1::2]
        for client, far in zip(touched, fars, strict=True):
            if far and far.inode:
                self._inodes[far.inode] = client.name
        names = [client.name for client in touched]
        waiting, in_flight = pending.of_clients(zip(names, fars, nears, strict=True))
        typed = self.terminal.waiting()
        if typed:
            waiting.append(PendingInput("terminal", "line", typed))
        self.queues = Queues(waiting, in_flight or not self.terminal.arrived())

    def holds(self, client: Client) -> bool:
        """Whether the server holds its end of a client's connection."""
        (far,) = self._network.connections([(client.there, client.here)])
        return far is not None and far.inode != 0

    def half_closed(self) -> list[str]:
        """The clients that have left and whose sockets the server still holds."""
        left = [client for client in self._clients if not client.open]
        found = self._network.connections([(client.there, client.here) for client in left])
        return [
            client.name
            for client, far in zip(left, found, strict=True)
            if far and far.inode and far.state == sock_diag.CLOSE_WAIT
        ]

    def _files(self) -> list[int]:
        return [
            self.terminal.master,
            *(c.socket.fileno() for c in self._clients if c.open and not c.closed_by_server),
        ]

    def pump(self, timeout: float) -> float:
        """Drain whatever the server has written; wait ``timeout`` seconds for it at most.

        Returns the seconds that count as waiting: a pause that took much longer than it was
        asked for says that this machine is busy, and a busy machine is no server's fault.
        """
        if timeout >= LONG:
            self._before_waiting()
        start = time.monotonic()
        ready = select.select(self._files(), [], [], timeout)[0]
        if ready:
            self.terminal.drain()
            for client in self._clients:
                self.drain(client)
        return min(time.monotonic() - start, 2 * timeout)

    def drain(self, client: Client) -> None:
        """Read what ``client`` has received."""
        was_served = not client.closed_by_server
        client.drain()
        if client.closed_by_server and was_served:
            self._closed_by_server(client)

    def describe(self, view: View) -> list[dict[str, Any]]:
        """What each thread does, in the words of an event."""
        return [
            {
                "call": thread.call.name if thread.call else "",
                "timed": thread.call.timed if thread.call else True,
                "file": self._file(thread, thread.call.file) if thread.call else "",
                "watches": self._watched(thread),
            }
            for thread in view.threads[:16]
        ]

    def _watched(self, thread: Thread) -> list[str]:
        if not thread.call:
            return []
        files = procfs.watched(thread.process, thread.call)
        return [self._file(thread, file) for file in files[:64]]

    def _file(self, thread: Thread, file: int | None) -> str:
        if file is None:
            return ""
        name = procfs.file_name(thread.process, file)
        if name == self.terminal.path():
            return "terminal"
        if name.startswith("socket:["):
            return self._inodes.get(int(name[8:-1]), "another socket")
        return shown(self._places.name(name)) or f"file {file}"
