"""A server during one scenario: from its start, or from the scenario before, to the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .clients import Client
from .events import Events, pack
from .files.workspace import Workspace
from .messages import SentMessages
from .plan import Limits
from .supervisor import Over, Supervisor
from .traits import ServerTraits
from .vocabulary import Look, Phase
from .watching.observer import Observer
from .watching.run_time import RunTime

if TYPE_CHECKING:
    from typing import Self

_LATEST = 1.2
"""Seconds within which a message is in the file without further input, for a server with timers:
more than a timeout of one second, and less than one of two, at which some servers leave."""


class Session:
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
    ) -> Self:
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

    def next_scenario(self, nonces: Iterator[str], limits: Limits) -> Self:
        """The session of another scenario on this server, which goes on from this one."""
        assert self.goes_on
        self._observer.forget_clients()
        messages = self.messages.of_next(nonces, limits["logs"])
        self.supervisor.begin(messages)
        following = type(self)(self._events, self._observer, messages, self.supervisor, fresh=False)
        following.listened = True
        return following

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
                self.close_client(client)
        self.settle()
        self.look_for_messages("left")

    def close_client(self, client: Client) -> None:
        """Close a connection in order, or with a reset where the server closed first: that ends
        the server's TIME_WAIT, which would keep its port.

        A server that has only shut down its half of the connection would notice a reset.
        """
        if client.closed_by_server and not self._observer.is_held(client):
            client.reset()
        else:
            client.close()
        self._observer.mark_active(client)
