"""The attached stream: standard input and output of a container, over the engine's connection."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from grader.sandbox.docker.engine import connection_lost, windows_code

CHUNK = 1 << 18
"""Bytes read at once."""


_PIPE_ENDED = {109, 232, 233}
"""Windows' codes for a named pipe whose other end is closed: broken, being closed, disconnected."""


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
        with self._until_deadline(), _end_suppressed(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(data)

    def receive(self) -> bytes:
        """Return the next bytes; empty at the end of the stream.

        Raises:
            StreamTimeoutError: nothing arrived before the deadline.
            SandboxError: the connection is broken.
        """
        with self._until_deadline(), _end_suppressed(ConnectionResetError):
            if hasattr(self._socket, "recv_into") and not hasattr(self._socket, "fileno"):
                # The SDK's named pipe heeds the timeout only here.
                buffer = bytearray(CHUNK)
                return bytes(buffer[: self._socket.recv_into(buffer)])
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
        except Exception as error:
            if windows_code(error) is None:
                raise
            raise connection_lost(error) from error

    def close(self) -> None:
        """Close the connection."""
        # The HTTP response comes first: closing it also closes the socket that it reads from, and
        # it fails if that is already closed.
        for end in (getattr(self._attached, "_response", None), self._attached, self._socket):
            if end is not None:
                with suppress(OSError), _end_suppressed():
                    end.close()


@contextmanager
def _end_suppressed(*kinds: type[OSError]) -> Iterator[None]:
    """Leave out errors that say that the other end is closed: of these kinds, or Windows'."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, kinds) and windows_code(error) not in _PIPE_ENDED:
            raise
