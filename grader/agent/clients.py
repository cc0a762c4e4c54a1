"""The simulated clients."""

from __future__ import annotations

import errno
import socket
import struct

from .kernel.sock_diag import Address

_KEPT = 4096
"""Bytes of each client's replies that are kept; the rest is counted."""


class Client:
    """One connection to the server."""

    def __init__(self, name: str, address: str, port: int) -> None:
        """Ask for a connection; on loopback the kernel answers at once, before the server.

        Raises:
            OSError: it was refused.
        """
        self.name = name
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        try:
            self.socket.settimeout(5)
            self.socket.connect((address, port))
            self.socket.setblocking(False)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.here: Address = self.socket.getsockname()[:2]
            self.there: Address = self.socket.getpeername()[:2]
        except OSError:
            self.socket.close()
            raise
        self.open = True
        self.closed_by_server = False
        self.received = 0
        self.replies = bytearray()

    def give(self, data: bytes) -> int:
        """Give ``data`` to the kernel; how much of it was taken, which may be nothing.

        Raises:
            OSError: the connection is broken.
        """
        try:
            return self.socket.send(data)
        except BlockingIOError:
            return 0

    def drain(self) -> None:
        """Read what the server has sent, 1 MiB at most; notice when it lets this client go."""
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

    def leave(self) -> None:
        """Close in order."""
        if self.open:
            self.open = False
            self.socket.close()

    def cut(self) -> None:
        """Close with a reset."""
        if self.open:
            self.open = False
            linger = struct.pack("ii", 1, 0)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.socket.close()


def open_client(name: str, listening: Address) -> Client:
    """A client that reaches what listens at an address, which may stand for all addresses.

    Raises:
        OSError: the connection was refused.
    """
    address, port = listening
    if address == "::":
        try:
            return Client(name, "::1", port)
        except OSError as error:
            if error.errno == errno.ECONNREFUSED:
                raise
            # A machine may offer the protocol, and no address of it: not even the loopback's.
            address = "0.0.0.0"
    return Client(name, "127.0.0.1" if address == "0.0.0.0" else address, port)
