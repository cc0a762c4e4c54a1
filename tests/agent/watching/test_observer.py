"""What a select or a poll waits for, as the program's memory tells."""

import os

import pytest

from agent.below import below
from agent.playing import until
from grader.agent.kernel import procfs
from grader.agent.kernel.syscalls import Call

pytestmark = pytest.mark.timeout(30)

WATCHING = """
import select, socket
pairs = [socket.socketpair() for _ in range(40)]
ends = [end for pair in pairs for end in pair]
chosen = ends[3:70:7]
print(*sorted(end.fileno() for end in chosen), flush=True)
select.select(chosen, ends[:2], [])
"""


def test_what_a_select_watches():
    # The second argument, what it would write to, says nothing of what it waits to read.
    with below(WATCHING.replace("ends[:2]", "[]")) as process:
        expected = [int(name) for name in process.told().split()]
        until(lambda: process.asleep().threads[0].call.name == "select")
        (thread,) = process.asleep().threads
        assert thread.call
        assert procfs.watched(thread.process, thread.call) == expected
        names = {procfs.file_name(thread.process, file) for file in expected}
        held = procfs.inodes([thread.process])
        assert {int(name[len("socket:[") : -1]) for name in names} <= held.keys()
        assert len(held) == 80


POLLING = """
import select, socket
one, other, third, fourth = socket.socketpair() + socket.socketpair()
print(one.fileno(), fourth.fileno(), flush=True)
poll = select.poll()
for end, events in (one, select.POLLIN), (other, select.POLLERR), (fourth, select.POLLIN):
    poll.register(end, events)
poll.poll()
"""

TIMED = """
import socket
end, other = socket.socketpair()
end.settimeout(99)
print(end.fileno(), flush=True)
end.recv(1)
"""


@pytest.mark.parametrize("program", [POLLING, TIMED], ids=["poll", "recv with a time limit"])
def test_what_a_poll_watches(program: str):
    with below(program) as process:
        expected = [int(name) for name in process.told().split()]
        until(lambda: process.asleep().threads[0].call.name == "poll")
        (thread,) = process.asleep().threads
        assert thread.call
        assert procfs.watched(thread.process, thread.call) == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("poll", (0, 5, 0, 0, 0, 0)),
        ("poll", (8, 5, 0, 0, 0, 0)),
        ("poll", ((1 << 64) - 1, (1 << 64) - 1, 0, 0, 0, 0)),
        ("select", (5, 0, 0, 0, 0, 0)),
        ("select", (5, 8, 0, 0, 0, 0)),
        ("select", (5, (1 << 64) - 1, 0, 0, 0, 0)),
        ("select", ((1 << 64) - 1, 8, 0, 0, 0, 0)),
        ("read", (5, 4096, 0, 0, 0, 0)),
    ],
)
def test_nothing_that_can_be_watched(name: str, arguments: tuple[int, ...]):
    assert procfs.watched(os.getpid(), Call(name, False, arguments, None)) == []
