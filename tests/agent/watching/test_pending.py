"""Which input of clients is pending or in flight."""

import pytest

from grader.agent.kernel.sock_diag import CLOSE_WAIT, ESTABLISHED, FIN_WAIT_1, SYN_RECEIVED, Socket
from grader.agent.watching.pending import PendingInput, Queues, of_clients

FIN_WAIT_2, TIME_WAIT, LAST_ACK = 0x05, 0x06, 0x09

SERVER, CLIENT = ("127.0.0.1", 8888), ("127.0.0.1", 50000)


def far(state=ESTABLISHED, *, unread=0, inode=7):
    return Socket(SERVER, CLIENT, state, 0, unread, inode)


def near(state=ESTABLISHED, *, unsent=0):
    return Socket(CLIENT, SERVER, state, unsent, 0, 8)


def connection():
    return [PendingInput("a", "connection", 0)]


def text(size):
    return [PendingInput("a", "text", size)]


def departure():
    return [PendingInput("a", "departure", 0)]


CASES = {
    "taken": (far(), near(), [], False),
    "not accepted": (far(inode=0), near(), connection(), False),
    "not accepted, and has sent": (far(inode=0, unread=5), near(), connection(), False),
    "not accepted, and has left": (
        far(CLOSE_WAIT, inode=0, unread=1),
        near(FIN_WAIT_2),
        connection(),
        False,
    ),
    "text": (far(unread=5), near(), text(5), False),
    "text, acknowledged late": (far(unread=5), near(unsent=5), text(5), False),
    "departure": (far(CLOSE_WAIT, unread=1), near(FIN_WAIT_2), departure(), False),
    "departure, the client's end forgotten": (far(CLOSE_WAIT, unread=1), None, departure(), False),
    "text and departure": (far(CLOSE_WAIT, unread=6), near(FIN_WAIT_2), text(5), False),
    "departure taken, not closed": (far(CLOSE_WAIT), near(FIN_WAIT_2), [], False),
    "text in flight": (far(), near(unsent=5), [], True),
    "departure in flight": (far(), near(FIN_WAIT_1), [], True),
    "departure arrived, acknowledged late": (
        far(CLOSE_WAIT, unread=1),
        near(FIN_WAIT_1),
        departure(),
        False,
    ),
    "being connected": (far(SYN_RECEIVED, inode=0), near(), [], True),
    "closed by the server": (far(FIN_WAIT_2, inode=0), near(CLOSE_WAIT), [], False),
    "closed by both": (far(LAST_ACK, inode=0), near(FIN_WAIT_2), [], False),
    "gone": (None, near(TIME_WAIT), [], False),
    "gone, both": (None, None, [], False),
}


@pytest.mark.parametrize(
    ("server", "client", "waiting", "in_flight"), CASES.values(), ids=CASES.keys()
)
def test_a_client(server, client, waiting, in_flight):
    assert of_clients([("a", server, client)]) == Queues(waiting, in_flight)


def test_several_clients():
    ends = [
        ("a", far(unread=3), near()),
        ("b", far(), near(unsent=2)),
        ("c", far(inode=0), near()),
    ]
    waiting = [PendingInput("a", "text", 3), PendingInput("c", "connection", 0)]
    assert of_clients(ends) == Queues(waiting, True)
    assert of_clients(reversed(ends)) == Queues(waiting[::-1], True)


def test_no_client():
    assert of_clients([]) == Queues([], False)
