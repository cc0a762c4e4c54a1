"""The attached stream: standard input and output of a container, over the engine's connection."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from grader.sandbox.docker.engine import connection_lost

CHUNK = 1 << 18
"""Bytes read at once."""


class StreamTimeoutError(Exception):
    """The deadline has passed."""


class AttachedStream:
    """A stream to and from a container.

    Args:
        attached: what the SDK's ``attach_socket`` returned; its type depends on the transport.

    Attributes:
        deadline: when sending and receiving give up, on the clock of ``time.monotonic``.
    """

    def __init__(self, attached: Any) -> None:
        self._attached = attached
        # The SDK wraps a Unix socket in a file object, which has no timeout.
        self._socket = getattr(attached, "_sock", attached)
        self.deadline = float("inf")

    def send(self, data: bytes) -> None:
        """Send all of ``data``. If the agent is gone, nothing is raised: its exit says why.

        Raises:
            StreamTimeoutError: it was not accepted before the deadline.
            SandboxError: the connection is broken.
        """
        with self._until_deadline(), suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(data)

    def receive(self) -> bytes:
        """Return the next bytes; empty at the end of the stream.

        Raises:
            StreamTimeoutError: nothing arrived before the deadline.
            SandboxError: the connection is broken.
        """
        with self._until_deadline(), suppress(ConnectionResetError):
            return bytes(self._socket.recv(CHUNK))
        return b""

    @contextmanager
    def _until_deadline(self) -> Iterator[None]:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise StreamTimeoutError
        try:
            self._socket.settimeout(left)
            yield
        except TimeoutError as error:
            raise StreamTimeoutError from error
        except OSError as error:
            raise connection_lost(error) from error

    def close(self) -> None:
        """Close the connection."""
        # The HTTP response comes first: closing it also closes the socket that it reads from, and
        # it fails if that is already closed.
        for end in (getattr(self._attached, "_response", None), self._attached, self._socket):
            with suppress(OSError):
                if end is not None:
                    end.close()
