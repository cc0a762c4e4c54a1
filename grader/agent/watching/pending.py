"""Input that the server was given and has not consumed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..kernel import sock_diag
from ..kernel.sock_diag import Socket
from ..vocabulary import InputKind


class PendingInput(NamedTuple):
    """Input that the server has not consumed; its fields are those of the event."""

    source: str
    what: InputKind
    size: int
    """Bytes; 0 for a connection or a departure."""


class Queues(NamedTuple):
    """The server's input at one moment."""

    pending: list[PendingInput]
    in_flight: bool
    """Whether the kernel was given something that has not reached the server's queues."""


def of_clients(ends: Iterable[tuple[str, Socket | None, Socket | None]]) -> Queues:
    """The input that clients have pending.

    ``ends``: for each client its name, the server's end of its connection, and its own end; None
    for an end that does not exist (any longer).
    """
    pending, in_flight = [], False
    for name, far, near in ends:
        if far is None or far.state == sock_diag.SYN_RECEIVED:
            in_flight = in_flight or far is not None
            continue
        gone = far.state == sock_diag.CLOSE_WAIT
        if far.inode == 0:
            # No process holds it: it was not accepted, or (in other states) it was closed.
            if gone or far.state == sock_diag.ESTABLISHED:
                pending.append(PendingInput(name, "connection", 0))
        elif gone and far.unread == 1:
            pending.append(PendingInput(name, "departure", 0))  # an end of file counts as one byte
        elif far.unread:
            pending.append(PendingInput(name, "text", far.unread - gone))
        if near is None:
            continue
        # Bytes that the server's end acknowledges late are in its queue, or were read. Only while
        # that queue is empty can they still be in flight.
        late = near.unsent > 0 and far.unread == 0
        in_flight = in_flight or late or (near.state == sock_diag.FIN_WAIT_1 and not gone)
    return Queues(pending, in_flight)
