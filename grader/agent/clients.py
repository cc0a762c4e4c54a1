"""The simulated clients."""

from __future__ import annotations

import contextlib
import errno
import socket
import struct

from .kernel.sock_diag import Address

_KEPT = 4096
"""Bytes of each client's replies that are kept; the rest is only counted."""


class Client:
    """A connection to the server; ``connected`` is its socket."""

    def __init__(self, name: str, connected: socket.socket) -> None:
        self.name = name
        self.socket = connected
        self.local: Address = connected.getsockname()[:2]
        self.remote: Address = connected.getpeername()[:2]
        self.open = True
        """Whether this side has not closed the connection."""
        self.closed_by_server = False
        """Whether the server has closed or reset the connection, as far as was drained."""
        self.received = 0
        """Bytes of replies."""
        self.replies = bytearray()
        """The first of these bytes."""

    def give(self, data: bytes) -> int:
        """Hand ``data`` to the kernel. Returns the number of bytes that it took, which may be 0.

        Raises:
            OSError: the connection is broken.
        """
        try:
            return self.socket.send(data)
        except BlockingIOError:
            return 0

    def drain(self) -> None:
        """Read what the server has sent, 1 MiB at most, and notice when it closes."""
        for _ in range(16):
            if not self.open or self.closed_by_server:
                return
            try:
                data = self.socket.recv(65536)
            except OSError as error:
                if error.errno == errno.EAGAIN:
                    return
                self.closed_by_server = True
                return
            if not data:
                self.closed_by_server = True
                return
            self.received += len(data)
            self.replies += data[: _KEPT - len(self.replies)]

    def acknowledge(self) -> None:
        """Have the kernel acknowledge at once what has arrived, which it may put off by 40 ms."""
        if self.open and not self.closed_by_server:
            with contextlib.suppress(OSError):
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def close(self) -> None:
        """Close the connection in order (FIN)."""
        if self.open:
            self.open = False
            self.socket.close()

    def reset(self) -> None:
        """Close the connection with a reset (RST)."""
        if self.open:
            self.open = False
            linger = struct.pack("ii", 1, 0)
            with contextlib.suppress(OSError):
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.socket.close()


def connect(name: str, address: str, port: int) -> Client:
    """Connect a client. On loopback the kernel accepts at once, before the server does.

    Raises:
        OSError: the connection was refused.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connecting = socket.socket(family, socket.SOCK_STREAM)
    try:
        connecting.settimeout(5)
        connecting.connect((address, port))
        connecting.setblocking(False)
        connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Client(name, connecting)
    except OSError:
        connecting.close()
        raise


def connect_to_listener(name: str, listening: Address) -> Client:
    """Connect a client to a listening socket's address, which may be a wildcard.

    Raises:
        OSError: the connection was refused.
    """
    address, port = listening
    if address == "::":
        try:
            return connect(name, "::1", port)
        except OSError as error:
            if error.errno == errno.ECONNREFUSED:
                raise
            # A machine may support IPv6 and have no IPv6 address, not even on loopback.
            address = "0.0.0.0"
    return connect(name, "127.0.0.1" if address == "0.0.0.0" else address, port)
