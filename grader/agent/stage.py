"""The actions of a scenario: clients and a person at the terminal act on one server.

Each action waits until the server has settled (see ``watching``), unless it says otherwise.
"""

from __future__ import annotations

from .clients import Client, connect_to_listener
from .session import Session
from .supervisor import Over
from .terminal import CTRL_D, CTRL_U
from .vocabulary import TERMINAL

PLAIN = " Hello"
"""The text after a message's nonce, so that a message whose end is cut is not lost. ASCII: a server
that fails on Chinese is charged for that once, elsewhere. Of both cases, so that any change
shows."""

_LATE = 1.0
"""Seconds to wait before the next message for what a server writes after a sleep."""


class Stage(Session):
    """A server with its terminal and its clients, on which a scenario acts."""

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
            self.close_client(client)
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
