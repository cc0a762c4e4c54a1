"""One scenario's stage: a fresh server, its terminal, its clients, and what may be done there.

Whatever is done waits for a fact: that the server has taken what it was given and sleeps
(``settled``), or that it provably never will (``stuck``). Only where the kernel proves
neither does patience decide.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any, NoReturn

from .clients import Client, open_client
from .events import Events, packed
from .files.workspace import Workspace
from .kernel.procfs import View
from .messages import SentMessages
from .terminal import CTRL_D, CTRL_U
from .watching import idle, startup
from .watching.observer import DeadlinePassed, Observer
from .watching.settle import settle
from .watching.shutdown import status_fields, stop

__all__ = ["DeadlinePassed", "Over", "Stage"]

PLAIN = " Hello"
"""What follows a message's nonce, so that a cut end is no lost message. ASCII: a server that
stumbles over Chinese is asked for that once, by itself. Of both cases: to change either shows."""

LATE = 1.0
"""Seconds to wait for what a server writes when a sleep of its own ends, before more is done."""

LONG = 5.5
"""Seconds within which a limit on a sleep is awaited: few programs have one above five."""


class Over(Exception):  # noqa: N818 (a scenario being over is no error)
    """The server cannot go on: it has ended, is stuck, or refuses its clients."""


class Stage:
    """A server at the start of a scenario, listening and settled."""

    def __init__(
        self,
        events: Events,
        places: Workspace,
        nonces: Iterator[str],
        limits: dict[str, Any],
        deadline: float,
    ) -> None:
        self._events = events
        self._places = places
        self._limits = limits
        self.ending = ""
        self.typing = True
        self.patient = True
        """False: patience has run out once, which proves nothing."""
        self.vain = 0.0
        """Seconds for which what a server may write late has been awaited in vain: so long it is
        not awaited again."""
        self.in_turn = False
        """Whether what a server writes late is awaited before it is given more: else it may write
        things in another order, and rightly."""
        self.spun = False
        """Whether the program was once known never to sleep, here or when it ran before."""
        self.timed = False
        """Whether it was seen to rest in a sleep that ends by itself."""
        self.over = False
        """Whether the server could not go on."""
        self._listened = False
        self._spins = False
        self.clients: list[Client] = []
        self.told = SentMessages(events, places, nonces, limits["logs"])
        self._watch = Observer(places, limits, deadline, self._was_closed_by_server, events.flush)
        events.write("started", taken=self._watch.taken[:64])

    @property
    def listened(self) -> bool:
        """Whether the server has listened on a port, and settled."""
        return self._listened

    # --- what a scenario may do ---

    def wait_until_listening(self) -> None:
        """Wait until the server listens on a TCP port and has settled.

        Raises:
            Over: it ended, or sleeps and will never listen.
        """
        watch = self._watch
        verdict = startup.wait_until_listening(
            watch, 2 * self._limits["patience"], lambda: self._events.write("entered")
        )
        if verdict.event == "ended":
            self._ended()
        if verdict.event != "listening":
            self._gave_up(verdict.event, verdict.view, verdict.how)
        # To have listened for a moment, and ended, is not to have started: whether that moment
        # is seen would be chance.
        self.settle()
        watch.find_listening()  # by now it may listen at another port, too
        assert watch.listening
        address, port = watch.listening.local
        self._listened = True
        self._events.write("listening", address=address, port=port)

    def connect(self, *, settle: bool = True) -> Client:
        """A new client connects, and is accepted, unless nobody waits for that."""
        assert self._watch.listening
        name = f"client {len(self.clients) + 1}"
        self._events.write("connecting", source=name)
        try:
            client = open_client(name, self._watch.listening.local)
        except OSError as error:
            self._events.write("refused", source=name, reason=error.strerror or str(error))
            raise Over from error
        self.clients.append(client)
        self._watch.add(client)
        self._events.write("connected", source=name, port=client.here[1])
        if settle:
            self.settle()
        return client

    def send(self, client: Client, tail: str = PLAIN) -> None:
        """``client`` sends a message that ends in ``tail``, and nobody waits for it."""
        self._give(client, self._message(client.name, tail))

    def say(self, client: Client, tail: str = PLAIN) -> None:
        """``client`` sends a message, and the server settles."""
        self.send(client, tail)
        self._settle_in_turn()

    def send_together(self, client: Client, count: int) -> None:
        """``client`` sends ``count`` messages as one stretch of bytes."""
        self._give(client, b"".join(self._message(client.name, PLAIN) for _ in range(count)))

    def say_bytewise(self, client: Client) -> None:
        """``client`` sends a message a byte at a time; the server settles after each."""
        # A byte may be all that one recv returns, and a "q" is what ends many a program.
        nonce = self.told.fresh_nonce().replace("q", "j")
        for byte in self._message(client.name, PLAIN, nonce):
            self._give(client, bytes([byte]))
            self.settle()

    def say_cut(self, client: Client, tail: str, character: str) -> None:
        """``client`` sends a message, cut behind the first byte of ``character``; the server
        settles after each part."""
        message = self._message(client.name, tail)
        cut = message.index(character.encode()) + 1
        for part in (message[:cut], message[cut:]):
            self._give(client, part)
            self.settle()

    def press(self) -> None:
        """A line is typed, and nobody waits for it. Nothing where typing is pointless."""
        if self.typing:
            text = self.told.note("terminal", PLAIN).encode()
            self._watch.terminal.type(text + b"\n", text + b"\r\n")

    def type(self) -> None:
        """A line is typed, and the server settles."""
        self.press()
        self._settle_in_turn()

    def type_end(self) -> None:
        """Ctrl-D is typed, and the server settles; the terminal stays open."""
        # Ctrl-D itself is not echoed. A letter that is taken back at once is, and comes later.
        self._watch.terminal.type(CTRL_D + b"j" + CTRL_U, b"j")
        self.settle()

    def leave(self, *clients: Client) -> None:
        """``clients`` close their connections, all they have sent and received being settled."""
        for client in clients:
            self._watch.drain(client)
            self._events.write("left", source=client.name)
            self._close(client)
        self.settle()

    def all_at_once(self, clients: list[Client]) -> None:
        """A line is typed and each of ``clients`` sends a message, while the server is held: so
        it finds all of them ready. One message each: two of one client that arrive together
        are one stretch of bytes."""
        with self._watch.server.held():
            self.press()
            for client in clients:
                self.send(client)
        self._settle_in_turn()

    def hurry(self, client: Client | None = None) -> None:
        """``client`` (None: one that has just come) sends a message and closes at once.

        The server is held while it does: else it would be chance whether it has answered by
        then, and with that whether the connection ends in order or with a reset.
        """
        with self._watch.server.held():
            client = client or self.connect(settle=False)
            self.send(client)
            self._events.write("left", source=client.name)
            client.leave()
            self._watch.touch(client)
        self.settle()

    def cut(self, client: Client) -> None:
        """``client``'s connection is reset, and the server settles."""
        self._events.write("cut", source=client.name)
        client.cut()
        self._watch.touch(client)
        self.settle()

    def restart(self) -> None:
        """The server is stopped while its clients are connected, and started again at once.

        Raises:
            Over: it does not listen again.
        """
        by = stop(self._watch)
        self._watch.server.kill()
        # The clients stay: while they do, the port is the old server's as it is in TIME_WAIT.
        for client in self.clients:
            self._watch.drain(client)
        self._events.write("restarted", by=by)
        self._watch.settled()
        self._watch.start()
        self.wait_until_listening()

    def look_for_messages(self, when: str) -> None:
        """Note which messages are in the files by now."""
        self.told.look(when)

    def end_part(self, name: str) -> bool:
        """Whether the server is well after part ``name``: it sleeps, and all that it was told is
        in its files."""
        logged = self.told.look_after(name)
        return self._watch.look().asleep and logged

    def settle(self) -> None:
        """Wait until the server has taken all it was given and sleeps.

        Raises:
            Over: it has ended, or will not take it.
            DeadlinePassed: the run's time is over.
        """
        patience = self._limits["patience"]
        verdict = settle(self._watch, patience, spins=self._spins, spun=self.spun)
        match verdict.event:
            case "settled":
                self._spins = verdict.how == "busy"
                self.spun = self.spun or self._spins
                self._watch.settled()
                self._events.write("settled", asleep=verdict.view.asleep)
            case "ended":
                self._ended()
            case given_up:
                self._gave_up(given_up, verdict.view, verdict.how)

    def observe(self, phase: str) -> None:
        """Note what the server does while nothing is asked of it."""
        seen = idle.observe(self._watch, self._places, self._look_at_living, spun=self.spun)
        self.timed = any(thread["call"] and thread["timed"] for thread in seen["threads"])
        self._events.write("observed", phase=phase, **seen)

    def outlast(self) -> None:
        """Wait until a sleep of the server's has ended by itself, :data:`LONG` seconds at most.

        Raises:
            Over: that was the server's end.
        """
        used, first = 0.0, self._look_at_living()
        while used < LONG:
            view = self._look_at_living()
            if view.asleep and (not view.timed or view.use.turns > first.use.turns):
                return
            used += self._watch.pump(0.02)

    def close(self, *, healthy: bool) -> None:
        """Stop the server as a person does, and write what it leaves behind."""
        watch = self._watch
        # That takes some seconds at most, and is done even where the run's time is over.
        watch.deadline = math.inf
        self._events.write("stopping")
        if healthy:
            try:
                self._await_log(self._limits["patience"])
                # Held, it cannot answer one's leaving by closing another's connection, whose end
                # would then be chance.
                with watch.server.held():
                    for client in self.clients:
                        watch.drain(client)
                        self._close(client)
                self.settle()
                self.look_for_messages("left")
            except Over:
                pass
        asked = time.monotonic_ns()
        by = stop(self._watch)
        took = time.monotonic_ns() - asked
        status = watch.server.status
        watch.server.kill()
        if status is None:
            status = watch.server.status
        self._events.write("stopped", by=by, took=took, **status_fields(status))
        watch.terminal.drain()
        for client in self.clients:
            client.drain()
            if client.received:
                self._events.write(
                    "replied",
                    source=client.name,
                    size=client.received,
                    data=packed(bytes(client.replies)),
                )
            # Of a connection that the server's end has closed nothing may be left: in TIME_WAIT
            # it would keep the port from the next one.
            client.cut()
        self.told.write(self.told.look("stopped"))
        self._events.write("terminal", data=packed(watch.terminal.output()))
        watch.close()

    # --- how it is done ---

    def _look_at_living(self) -> View:
        view = self._watch.look()
        if self._watch.gone(view):
            self._ended()
        return view

    def _close(self, client: Client) -> None:
        """Close in order; but where the server has closed first, in such a way that its port is
        not kept in TIME_WAIT (which a reset ends). One that has only shut down its half of the
        connection would notice a reset."""
        if client.closed_by_server and not self._watch.holds(client):
            client.cut()
        else:
            client.leave()
        self._watch.touch(client)

    def _settle_in_turn(self) -> None:
        self.settle()
        if self.in_turn:
            self._await_log(LATE)

    def _await_log(self, patience: float) -> None:
        """Wait for what a server with timers writes a while after it has taken it, ``patience``
        seconds at most."""
        used = 0.0
        while patience > self.vain and not self._spins:
            view = self._look_at_living()
            if view.asleep and not view.timed:
                return
            if self.told.logged():
                return
            if used > patience:
                self.vain = patience
            used += self._watch.pump(0.02)

    def _message(self, source: str, tail: str, nonce: str = "") -> bytes:
        return (self.told.note(source, tail, nonce) + self.ending).encode()

    def _give(self, client: Client, data: bytes) -> None:
        """Give the kernel all of ``data``, as far as the server takes it within a second."""
        self._watch.touch(client)
        used = 0.0
        while data and used < 1:
            try:
                given = client.give(data)
            except OSError:
                self._events.write("broken", source=client.name)
                return
            data = data[given:]
            if data:
                used = 0.0 if given else used + self._watch.pump(0.005)

    def _was_closed_by_server(self, client: Client) -> None:
        self._events.write("closed-by-server", source=client.name)

    def _ended(self) -> NoReturn:
        ended = status_fields(self._watch.server.status)
        self._events.write("ended", **ended, out_of_memory=self._watch.out_of_memory())
        raise Over

    def _gave_up(self, event: str, view: View, how: str) -> NoReturn:
        self.patient = self.patient and event != "gave-up"
        self._events.write(
            event,
            how=how,
            waiting=[waiting._asdict() for waiting in self._watch.queues.waiting],
            threads=self._watch.describe(view),
        )
        raise Over
