"""What the agent learns from a box's setup pipe and channel.

Real boxes are in ``tests/sandbox/namespaces``."""

import os
import signal
import socket
from collections.abc import Iterator

import pytest

from grader.agent.isolation import init
from grader.agent.isolation.box import Box, BoxedTree

pytestmark = pytest.mark.timeout(20)


def ended() -> int:
    """A child process that ends at once."""
    return os.posix_spawn("/bin/true", ["true"], {})


@pytest.fixture
def channel() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair(type=socket.SOCK_SEQPACKET)
    with near, far:
        yield near, far


@pytest.fixture
def terminal() -> Iterator[int]:
    near, far = os.openpty()
    yield far
    os.close(near)
    os.close(far)


def box(setup: bytes, channel: socket.socket) -> Box:
    near, far = os.pipe()
    os.write(far, setup)
    os.close(far)
    return Box("/work/1", ended(), near, channel)


def test_setup_pipe_names_init(channel: tuple[socket.socket, socket.socket]) -> None:
    assert box(b"4711", channel[0]).wait_until_built().root == 4711


@pytest.mark.parametrize("setup", [b"4711[Errno 1] no mounts", b"[Errno 1] no mounts4711"])
def test_error_counts_wherever_the_process_id_is(
    setup: bytes, channel: tuple[socket.socket, socket.socket]
) -> None:
    with pytest.raises(ChildProcessError, match=r"program: \[Errno 1\] no mounts$"):
        box(setup, channel[0]).wait_until_built()


def test_box_is_warm_until_init_reports(channel: tuple[socket.socket, socket.socket]) -> None:
    made = box(b"4711", channel[0])
    assert made.is_warm()
    channel[1].send(init.EXIT_REPORT.pack(9))
    assert not made.is_warm()
    made.wait_until_built()


@pytest.mark.parametrize("message", [init.EXIT_REPORT.pack(9), b""], ids=["report", "closed"])
def test_program_that_ends_before_it_begins_is_not_started(
    message: bytes, channel: tuple[socket.socket, socket.socket], terminal: int
) -> None:
    near, far = channel
    made = box(b"%d" % ended(), near)
    if message:
        far.send(message)
    far.close()
    tree = made.release(terminal)
    with pytest.raises(ChildProcessError, match="ended before it began: no reply"):
        tree.await_start(2)


def test_report_gives_the_status(channel: tuple[socket.socket, socket.socket]) -> None:
    near, far = channel
    near.setblocking(False)
    tree = BoxedTree(ended(), near)
    far.send(init.EXIT_REPORT.pack(7 << 8))
    while not tree.reap():
        pass
    assert tree.status == 7 << 8


def test_without_a_report_the_program_was_killed(
    channel: tuple[socket.socket, socket.socket],
) -> None:
    near, far = channel
    near.setblocking(False)
    tree = BoxedTree(ended(), near)
    far.close()
    tree.reap_all(lambda: pytest.fail("it would kill other boxes"))
    assert tree.status == signal.SIGKILL
