"""The actions of a scenario: clients and a person at the terminal act on one server.

Each action waits until the server has settled (see ``watching``), unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from .clients import Client, connect_to_listener
from .events import Events, pack
from .files.workspace import Workspace
from .messages import SentMessages
from .plan import Limits
from .supervisor import Over, Supervisor
from .terminal import CTRL_D, CTRL_U
from .traits import ServerTraits
from .vocabulary import TERMINAL, Look, Phase
from .watching.observer import Observer
from .watching.run_time import RunTime

PLAIN = " Hello"
"""The text after a message's nonce, so that a message whose end is cut is not lost. ASCII: a server
that fails on Chinese is charged for that once, elsewhere. Of both cases, so that any change
shows."""

_LATE = 1.0
"""Seconds to wait before the next message for what a server writes after a sleep."""

_LATEST = 1.2
"""Seconds within which a message is in the file without further input, for a server with timers:
more than a timeout of one second, and less than one of two, at which some servers leave."""


class Stage:
    """A started server with its terminal and its clients, for one scenario."""

    def __init__(
        self,
        events: Events,
        observer: Observer,
        messages: SentMessages,
        supervisor: Supervisor,
        *,
        fresh: bool,
    ) -> None:
        self.messages = messages
        self.supervisor = supervisor
        self.fresh = fresh
        """Whether the server was started for this scenario."""
        self.clients: list[Client] = []
        self.await_log = False
        """Whether messages are logged before the next one is sent: a server with timers may
        rightly log them in another order otherwise."""
        self.listened = False
        """Whether the server has listened on a port, and settled."""
        self.over = False
        """Whether the scenario was cut short."""
        self.rewrites = False
        """Whether the server, before it was stopped, has rewritten its files unprompted."""
        self.goes_on = False
        """Whether the scenario is over, and has left the server to the next one."""
        self.harms_earlier = False
        """Whether the server, when it was stopped, has changed what it had logged in the scenarios
        that went well."""
        self._events = events
        self._observer = observer

    @classmethod
    def start(
        cls,
        events: Events,
        workspace: Workspace,
        nonces: Iterator[str],
        limits: Limits,
        run_time: RunTime,
        traits: ServerTraits = ServerTraits(),  # noqa: B008 (it is immutable)
    ) -> Stage:
        """Start the server in ``workspace``. ``run_time``: that of the whole run."""
        observer = Observer.start(
            workspace,
            limits,
            run_time=run_time,
            on_close=lambda client: events.write("closed-by-server", source=client.name),
            before_waiting=events.flush,
        )
        events.write("started", taken=observer.taken_ports[:64])
        messages = SentMessages(events, workspace, nonces, limits["logs"])
        supervisor = Supervisor(events, observer, workspace, messages, traits, limits["patience"])
        return cls(events, observer, messages, supervisor, fresh=True)

    def next_scenario(self, nonces: Iterator[str], limits: Limits) -> Stage:
        """The stage of another scenario on this server, which goes on from this one."""
        assert self.goes_on
        self._observer.forget_clients()
        messages = self.messages.of_next(nonces, limits["logs"])
        self.supervisor.begin(messages)
        stage = Stage(self._events, self._observer, messages, self.supervisor, fresh=False)
        stage.listened = True
        return stage

    # --- waiting ---

    def wait_until_listening(self) -> None:
        """Wait until the server listens on a TCP port and has settled.

        Raises:
            Over: it has ended, is stuck, or was given up. Every method may raise this.
        """
        self.supervisor.wait_until_listening()
        self.listened = True

    def settle(self) -> None:
        """Wait until the server has settled."""
        self.supervisor.settle()

    def observe(self, phase: Phase) -> None:
        """Observe the server while nothing is sent to it."""
        self.supervisor.observe(phase)

    def outlast_timeout(self) -> None:
        """Wait until the server's timeout has passed, unless that would take too long."""
        self.supervisor.outlast_timeout()

    def await_log_writes(self) -> None:
        """Wait until the server, if it sleeps with a timeout, has logged all messages; for
        :data:`_LATEST` at most."""
        self.supervisor.await_log(_LATEST)

    def look_for_messages(self, when: Look) -> None:
        """Note which messages the files contain by now."""
        self.messages.look(when, self.supervisor.moments())

    # --- clients ---

    def connect(self, *, settle: bool = True) -> Client:
        """Connect a new client."""
        assert self._observer.listening
        self.supervisor.before_input()
        name = f"client {len(self.clients) + 1}"
        self._events.write("connecting", source=name)
        try:
            client = connect_to_listener(name, self._observer.listening.local)
        except OSError as error:
            self._events.write("refused", source=name, reason=error.strerror or str(error))
            raise Over from error
        self.clients.append(client)
        self._observer.add_client(client)
        self._events.write("connected", source=name, port=client.local[1])
        if settle:
            self.settle()
        return client

    def send(self, client: Client, tail: str = PLAIN) -> None:
        """``client`` sends a message that ends in ``tail``. Does not wait for the server."""
        self._give(client, self._next_message(client.name, tail))

    def say(self, client: Client, tail: str = PLAIN) -> None:
        """``client`` sends a message that ends in ``tail``."""
        self.send(client, tail)
        self._settle_in_turn()

    def send_together(self, client: Client, count: int) -> None:
        """``client`` sends ``count`` messages in one piece. Does not wait for the server."""
        self._give(client, b"".join(self._next_message(client.name) for _ in range(count)))

    def say_bytewise(self, client: Client) -> None:
        """``client`` sends a message byte by byte; the server settles after each."""
        # A byte may be all that one recv returns, and "q" ends many programs.
        nonce = self.messages.fresh_nonce().replace("q", "j")
        for byte in self._next_message(client.name, nonce=nonce):
            self._give(client, bytes([byte]))
            self.settle()

    def say_split(self, client: Client, tail: str, character: str) -> None:
        """``client`` sends a message in two pieces, split after the first byte of ``character``;
        the server settles after each."""
        message = self._next_message(client.name, tail)
        split = message.index(character.encode()) + 1
        for part in (message[:split], message[split:]):
            self._give(client, part)
            self.settle()

    def say_in_halves(self, client: Client, other: Client) -> None:
        """``client`` sends a message in two pieces, split behind its nonce, and ``other`` sends one
        between them; the server settles after each."""
        message = self._next_message(client.name)
        split = message.index(PLAIN.encode()) + len(PLAIN) // 2
        self._give(client, message[:split])
        self.settle()
        self.say(other)
        self._give(client, message[split:])
        self.settle()

    def leave(self, *clients: Client) -> None:
        """``clients`` close their connections, one after the other, in order."""
        self.supervisor.before_input()
        for client in clients:
            self._observer.drain_fully(client)
            self._events.write("left", source=client.name)
            self._close(client)
        self.settle()

    def leave_hastily(self, client: Client | None = None) -> None:
        """``client`` (None: a new one) sends a message and closes at once.

        The server is suspended meanwhile. Otherwise it would be chance whether it has answered by
        then, and so whether the connection ends in order or with a reset.
        """
        with self._observer.server.suspended():
            client = client or self.connect(settle=False)
            self.send(client)
            self._events.write("left", source=client.name)
            client.close()
            self._observer.mark_active(client)
        self.settle()

    def reset(self, client: Client) -> None:
        """``client``'s connection is reset."""
        self.supervisor.before_input()
        self._events.write("reset", source=client.name)
        client.reset()
        self._observer.mark_active(client)
        self.settle()

    def all_at_once(self, clients: list[Client]) -> None:
        """A line is typed and each of ``clients`` sends a message while the server is suspended,
        so that it finds all of them ready.

        One message each: two from one client would arrive in one piece.
        """
        with self._observer.server.suspended():
            self.start_typing()
            for client in clients:
                self.send(client)
        self._settle_in_turn()

    # --- the terminal ---

    def start_typing(self, tail: str = PLAIN) -> None:
        """A line that ends in ``tail`` is typed, unless that is pointless. Does not wait for the
        server."""
        if self.supervisor.traits.typing:
            self.supervisor.before_input()
            text = self.messages.add(TERMINAL, tail).encode()
            self._observer.terminal.type(text + b"\n", text + b"\r\n")

    def type(self, tail: str = PLAIN) -> None:
        """A line that ends in ``tail`` is typed, unless that is pointless."""
        self.start_typing(tail)
        self._settle_in_turn()

    def type_end_of_file(self) -> None:
        """Ctrl-D is typed; the terminal stays open."""
        self.supervisor.before_input()
        # Ctrl-D is not echoed. A letter that is deleted at once is, and comes after it.
        self._observer.terminal.type(CTRL_D + b"j" + CTRL_U, b"j")
        self.settle()

    # --- the end ---

    def restart(self) -> None:
        """The server is stopped while clients are connected, and started again at once."""
        self.supervisor.before_input()
        by = self.supervisor.stop()
        self.harms_earlier = not self.messages.keeps_earlier()
        self.messages.begin_anew()
        # The clients stay connected: while they do, the old server's end holds the port, as it
        # does in TIME_WAIT.
        for client in self.clients:
            self._observer.drain_fully(client)
        self._events.write("restarted", by=by)
        self._observer.mark_settled()
        self._observer.start_again()
        self.wait_until_listening()

    @property
    def went_well(self) -> bool:
        """Whether the scenario was played to its end, and all messages are logged."""
        return not self.over and not self.messages.missing()

    def end(self, *, healthy: bool, go_on: bool) -> bool:
        """End the scenario. Returns whether it has left the server well: asleep, with all messages
        in its files, and with nothing else in them that another scenario could be charged for.

        ``healthy``: the scenario was played to its end, so the clients leave; ``go_on``: whether
        another scenario may go on with the server.
        """
        self.rewrites = self.messages.rewritten
        self._events.write("stopping")
        if not healthy:
            return False
        try:
            with self.supervisor.without_deadline():
                self._let_all_leave()
        except Over:
            return False
        well = go_on and not self.harms_earlier and not self.messages.missing()
        well = well and self.supervisor.left_well()
        if well and self.messages.end():
            self._write_replies()
            self._write_terminal()
            self._events.write("went-on")
            self.goes_on = True
        return self.goes_on

    def close(self) -> None:
        """Stop the server, and write what it leaves behind."""
        with self.supervisor.without_deadline():
            self.supervisor.stop_for_good()
        for client in self.clients:
            client.drain()
        if not self.goes_on:
            self._write_replies()
        for client in self.clients:
            # A connection that ended with the server must not stay in TIME_WAIT: it would keep
            # the next server from binding the port.
            client.reset()
        files = self.messages.look("stopped")
        self.harms_earlier = self.harms_earlier or not self.messages.keeps_earlier()
        if not self.goes_on:
            self.messages.write_files(files)
        self.messages.close()
        self._write_terminal()
        self._observer.close()

    def _write_replies(self) -> None:
        for client in self.clients:
            if client.received:
                self._events.write(
                    "replied",
                    source=client.name,
                    size=client.received,
                    data=pack(bytes(client.replies)),
                )

    def _write_terminal(self) -> None:
        self._observer.terminal.drain()
        self._events.write("terminal", data=pack(self._observer.terminal.cut()))

    def _let_all_leave(self) -> None:
        self.supervisor.await_log()
        self.supervisor.before_input()
        # While suspended, the server cannot answer one client's leaving by closing another's
        # connection, whose end would then be chance.
        with self._observer.server.suspended():
            for client in self.clients:
                self._observer.drain_fully(client)
                self._close(client)
        self.settle()
        self.look_for_messages("left")

    # --- details ---

    def _next_message(self, source: str, tail: str = PLAIN, nonce: str = "") -> bytes:
        self.supervisor.before_input()
        return (self.messages.add(source, tail, nonce) + self.supervisor.traits.ending).encode()

    def _give(self, client: Client, data: bytes) -> None:
        """Hand ``data`` to the kernel; what the server leaves no room for within a second is
        dropped."""
        self._observer.mark_active(client)
        used = 0.0
        while data and used < 1:
            try:
                given = client.give(data)
            except OSError:
                self._events.write("broken", source=client.name)
                return
            data = data[given:]
            if data:
                used = 0.0 if given else used + self._observer.pump(0.005)

    def _settle_in_turn(self) -> None:
        self.settle()
        if self.await_log:
            self.supervisor.await_log(_LATE)

    def _close(self, client: Client) -> None:
        """Close a connection in order, or with a reset where the server closed first: that ends
        the server's TIME_WAIT, which would keep its port.

        A server that has only shut down its half of the connection would notice a reset.
        """
        if client.closed_by_server and not self._observer.is_held(client):
            client.reset()
        else:
            client.close()
        self._observer.mark_active(client)
