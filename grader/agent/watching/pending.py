"""What a server has been given and has not taken yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..kernel import sock_diag
from ..kernel.sock_diag import Socket


class PendingInput(NamedTuple):
    """Input that waits for the server."""

    source: str
    what: str
    """``connection``, ``text``, ``departure`` or ``line``."""
    size: int
    """Bytes; 0 for a connection or a departure."""


class Queues(NamedTuple):
    """The server's input at one moment."""

    waiting: list[PendingInput]
    in_flight: bool
    """Something was given to the kernel and has not reached the server's queues."""


def of_clients(ends: Iterable[tuple[str, Socket | None, Socket | None]]) -> Queues:
    """What waits for the server: for each client its name and both ends of its connection,
    the server's and its own (None: there is none, or none any longer)."""
    waiting, in_flight = [], False
    for name, far, near in ends:
        if far is None or far.state == sock_diag.SYN_RECEIVED:
            in_flight = in_flight or far is not None
            continue
        gone = far.state == sock_diag.CLOSE_WAIT
        if far.inode == 0:
            # Nobody holds it: it was not accepted, or it was closed (then in other states).
            if gone or far.state == sock_diag.ESTABLISHED:
                waiting.append(PendingInput(name, "connection", 0))
        elif gone and far.unread == 1:
            waiting.append(PendingInput(name, "departure", 0))  # the end of file counts as one
        elif far.unread:
            waiting.append(PendingInput(name, "text", far.unread - gone))
        if near is None:
            continue
        # What the server's side has acknowledged late is in its queue, or was read; only
        # while that queue is empty can it still be on its way.
        late = near.unsent > 0 and far.unread == 0
        in_flight = in_flight or late or (near.state == sock_diag.FIN_WAIT_1 and not gone)
    return Queues(waiting, in_flight)
