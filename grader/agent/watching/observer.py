"""Observes a server through the kernel, and drains all that it writes."""

from __future__ import annotations

import select
import time
from collections.abc import Callable

from ..clients import Client
from ..files.workspace import Workspace
from ..kernel import oom, procfs, snapshot, sock_diag
from ..kernel.snapshot import Snapshot
from ..kernel.sock_diag import SockDiag, Socket
from ..plan import Limits
from ..server import Server
from ..terminal import Terminal
from ..vocabulary import LISTENING_SOCKET, TERMINAL, OtherWaker
from . import pending
from .awaited import AwaitedFiles, ThreadState
from .other_wakers import OtherWakers
from .pending import PendingInput, Queues
from .run_time import RunTime

ECHO = 0.5
"""Seconds to wait for the echo of typed bytes; the server may have switched it off."""

_LONG = 0.002
"""Seconds from which on a wait is announced by ``before_waiting``. Most waits are shorter."""

_ARRIVAL = 0.5
"""Most seconds to wait for bytes that the server has sent to arrive."""

_DRAINS = 16
"""Most times that a client's replies are read at its end, a MiB each: a flood fills the kernel's
buffers, and may go on."""


class DeadlinePassed(Exception):  # noqa: N818 (it is no error)
    """The time for the whole run is over."""


class Observer:
    """A started server with its terminal and its clients.

    Once ``run_time`` is over, looking raises :class:`DeadlinePassed`.
    ``on_close`` is called with each client whose connection the server has closed,
    ``before_waiting`` before each longer wait.
    """

    def __init__(
        self,
        server: Server,
        terminal: Terminal,
        sockets: SockDiag,
        workspace: Workspace,
        limits: Limits,
        *,
        run_time: RunTime,
        on_close: Callable[[Client], None],
        before_waiting: Callable[[], None],
        taken_ports: list[int],
        kills: int | None,
    ) -> None:
        self.server = server
        self.terminal = terminal
        self.run_time = run_time
        self.deadline = run_time.deadline
        self.listening: Socket | None = None
        """The listening socket; None: not found yet."""
        self.queues = Queues([], False)
        """As of the last snapshot."""
        self.awaited = AwaitedFiles(terminal, workspace)
        self.taken_ports = taken_ports
        """Ports on which other programs listened when the server was started."""
        self._others = OtherWakers()
        self._sockets = sockets
        self._workspace = workspace
        self._limits = limits
        self._on_close = on_close
        self._before_waiting = before_waiting
        self._kills = kills
        """The OOM counter when the server was started; None: unknown, or not the sandbox's own."""
        self._clients: list[Client] = []
        self._active: dict[Client, None] = {}
        """Those that have sent something or left since the server last settled: no others can have
        anything pending. (A dictionary, to keep their order.)"""

    @classmethod
    def start(
        cls,
        workspace: Workspace,
        limits: Limits,
        *,
        run_time: RunTime,
        on_close: Callable[[Client], None],
        before_waiting: Callable[[], None],
    ) -> Observer:
        """Start the program in ``workspace`` on a new terminal.

        Raises:
            ChildProcessError: it could not be started, which is the sandbox's fault.
        """
        sockets = SockDiag.open()
        taken = sorted({socket.local[1] for socket in sockets.listening()})
        terminal = Terminal.open(limits["terminal"])
        workspace.isolation.give(terminal.far_end)  # otherwise /dev/stdin is not the program's own
        kills = _count_kills(workspace)
        run_time.note_look(None)
        return cls(
            Server.start(terminal, workspace, limits),
            terminal,
            sockets,
            workspace,
            limits,
            run_time=run_time,
            on_close=on_close,
            before_waiting=before_waiting,
            taken_ports=taken,
            kills=kills,
        )

    def start_again(self) -> None:
        """Start the program once more, on the same terminal, after it has ended."""
        self.listening = None
        self._others = OtherWakers()
        self.run_time.note_look(None)
        self._workspace.upcoming = ()
        self._kills = _count_kills(self._workspace)
        self.server = Server.start(self.terminal, self._workspace, self._limits)

    def close(self) -> None:
        """Close the terminal, once the server has ended. Nothing can be observed afterwards."""
        self.terminal.close()
        self._sockets.close()

    # --- clients ---

    def add_client(self, client: Client) -> None:
        """Observe a new client's connection, too."""
        self._clients.append(client)
        self._active[client] = None

    def forget_clients(self) -> None:
        """Observe none of the clients any longer; all have left."""
        self.awaited.forget_clients()
        self._clients.clear()
        self._active.clear()

    def mark_active(self, client: Client) -> None:
        """Note that ``client`` is about to send something, or has left."""
        self._active[client] = None

    def mark_settled(self) -> None:
        """Note that the server has consumed all input."""
        self._active.clear()

    def is_held(self, client: Client) -> bool:
        """Whether a process of the server still holds its end of the client's connection."""
        (far,) = self._sockets.connections([(client.remote, client.local)])
        return far is not None and far.inode != 0

    def half_closed(self) -> list[str]:
        """The clients that have left, and whose sockets the server has not closed."""
        left = [client for client in self._clients if not client.open]
        ends = self._sockets.connections([(client.remote, client.local) for client in left])
        return [
            client.name
            for client, far in zip(left, ends, strict=True)
            if far and far.inode and far.state == sock_diag.CLOSE_WAIT
        ]

    # --- the server's state ---

    def find_listening(self) -> bool:
        """Set ``listening``, if the server listens: of several sockets, to the one opened first."""
        listening = self._sockets.listening()
        if not listening:
            return False
        held = procfs.socket_inodes(procfs.descendants(self.server.root))
        own = [socket for socket in listening if socket.inode in held]
        if not own:
            return False
        self.listening = min(own, key=lambda socket: held[socket.inode])
        self.awaited.name_socket(self.listening.inode, LISTENING_SOCKET)
        return True

    def name_sockets(self) -> None:
        """Name all sockets of the server that are inputs: one may have been accepted, or opened
        anew, when nobody looked."""
        for socket in self._sockets.listening():
            if self.listening and socket.local == self.listening.local:
                self.awaited.name_socket(socket.inode, LISTENING_SOCKET)
        clients = [client for client in self._clients if client.open]
        ends = self._sockets.connections([(c.remote, c.local) for c in clients])
        for client, far in zip(clients, ends, strict=True):
            if far and far.inode:
                self.awaited.name_socket(far.inode, client.name)

    def look(self) -> Snapshot:
        """Take a snapshot of the server, and read its queues in the middle of it.

        Raises:
            DeadlinePassed: the run's time is over.
        """
        if time.monotonic() > self.deadline:
            raise DeadlinePassed
        self.server.reap()
        taken = snapshot.take(self.server.root, self._read_queues)
        self.run_time.note_look(taken)
        if taken.asleep and self._waits_for_agent(taken):
            return taken._replace(asleep=False)
        return taken

    def has_ended(self, taken: Snapshot) -> bool:
        """Whether no process of the server is left. A snapshot without threads alone is no proof:
        a process whose parent has just ended is listed nowhere for a moment."""
        return not taken.threads and self.server.reap()

    def out_of_memory(self) -> bool | None:
        """Whether the kernel has killed something for lack of memory since the start; None:
        unknown."""
        kills = oom.kills()
        return None if self._kills is None or kills is None else kills > self._kills

    def sleeps_indefinitely(self, taken: Snapshot) -> bool:
        """Whether only new input can wake it: its calls have no timeouts, and it has no timer.

        The kernel does not show alarms, so a process that handles their signals may have set one.
        """
        processes = {thread.process for thread in taken.threads}
        return taken.asleep and not taken.timed and not any(map(procfs.may_have_timer, processes))

    def inputs(self) -> set[str]:
        """All that the server may get input from: what its `select` should watch."""
        clients = {c.name for c in self._clients if c.open and not c.closed_by_server}
        return {TERMINAL, LISTENING_SOCKET} | clients

    def threads_astray(self, taken: Snapshot) -> list[ThreadState]:
        """Describe the threads of a server that sleeps until there is new input, unless it is one
        thread that waits for all of it in `select` or `poll`. None: it is, or that is unknown."""
        if not taken.asleep or taken.timed:
            return []
        if self._waits_for_all(taken):
            return []
        self.name_sockets()
        return [] if self._waits_for_all(taken) else self.awaited.thread_states(taken)

    def other_wakers(self, taken: Snapshot, *, thorough: bool = False) -> list[OtherWaker]:
        """What else may have woken a server that sleeps in `select` or `poll` as one thread."""
        if len(taken.threads) != 1 or not self.awaited.multiplexes(taken.threads[0]):
            return []
        return self._others.found(taken, self.awaited.inodes(), thorough=thorough)

    def _waits_for_all(self, taken: Snapshot) -> bool:
        """Whether it is one thread that waits for all inputs, or may do so."""
        if len(taken.threads) != 1 or not self.awaited.multiplexes(taken.threads[0]):
            return False
        watched = self.awaited.watched(taken)
        return watched is None or self.inputs() <= watched

    def _waits_for_agent(self, taken: Snapshot) -> bool:
        """Whether it may continue as soon as its output is read."""
        readers = {TERMINAL, *(client.name for client in self._clients if client.open)}
        return bool(select.select(self._readable(), [], [], 0)[0]) or any(
            # The kernel passes on a terminal's output a moment later, in a kernel thread.
            thread.call
            and thread.call.name in ("write", "send")
            and self.awaited.of_thread(thread) in readers
            for thread in taken.threads
        )

    def _read_queues(self) -> None:
        active = list(self._active)
        pairs = [pair for c in active for pair in ((c.remote, c.local), (c.local, c.remote))]
        ends = self._sockets.connections(pairs)
        fars, nears = ends[::2], ends[1::2]
        for client, far in zip(active, fars, strict=True):
            if far and far.inode:
                self.awaited.name_socket(far.inode, client.name)
        names = [client.name for client in active]
        waiting, in_flight = pending.of_clients(zip(names, fars, nears, strict=True))
        typed = self.terminal.unread()
        if typed:
            waiting.append(PendingInput(TERMINAL, "line", typed))
        self.queues = Queues(waiting, in_flight or not self.terminal.echoed())

    # --- the server's output ---

    def pump(self, timeout: float) -> float:
        """Drain the server's output; wait for some for ``timeout`` seconds at most.

        Returns the seconds that count as waiting: twice ``timeout`` at most, since a longer pause
        shows that this machine is busy, which is not the server's fault.
        """
        if timeout >= _LONG:
            self._before_waiting()
        start = time.monotonic()
        ready = set(select.select(self._readable(), [], [], timeout)[0])
        if self.terminal.master in ready:
            self.terminal.drain()
        for client in self._clients if ready else ():
            if client.open and client.socket.fileno() in ready:
                self.drain(client)
        passed = time.monotonic() - start
        self.run_time.note_pause(min(passed, timeout))
        return min(passed, 2 * timeout)

    def drain(self, client: Client) -> None:
        """Read what ``client`` has received."""
        closed = client.closed_by_server
        client.drain()
        if client.closed_by_server and not closed:
            self._on_close(client)

    def drain_fully(self, client: Client) -> None:
        """Read what the server has sent to ``client``, bytes that are still on their way included.

        Nagle's algorithm holds back a small write until the one before it is acknowledged, when
        the server sleeps again already. A client that closes before it arrives would reset the
        connection.
        """
        used = 0.0
        self.drain(client)
        while used < _ARRIVAL and not client.closed_by_server:
            client.acknowledge()
            (far,) = self._sockets.connections([(client.remote, client.local)])
            if far is None or not far.unsent:
                break
            used += self.pump(0.001)
        for _ in range(_DRAINS):
            received = client.received
            self.drain(client)
            if client.received == received:
                break

    def _readable(self) -> list[int]:
        """The file descriptors on which the agent reads the server's output."""
        return [
            self.terminal.master,
            *(c.socket.fileno() for c in self._clients if c.open and not c.closed_by_server),
        ]


def _count_kills(workspace: Workspace) -> int | None:
    return oom.kills() if workspace.isolation.scoped_oom_counter else None
