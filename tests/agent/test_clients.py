"""The simulated clients, over real connections."""

import errno
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.agent_process import until
from grader.agent import clients
from grader.agent.clients import Client, connect
from grader.agent.kernel.sock_diag import parse_table

pytestmark = pytest.mark.timeout(20)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def pair(listener: socket.socket) -> Iterator[tuple[Client, socket.socket]]:
    client = connect("client 1", *listener.getsockname())
    accepted = listener.accept()[0]
    accepted.settimeout(10)
    with accepted:
        yield client, accepted
    client.reset()


def states(port: int) -> set[int]:
    """The states of the sockets whose own port it is, but for the one that listens."""
    table = parse_table(Path("/proc/net/tcp").read_text())
    return {entry.state for entry in table if entry.local[1] == port} - {0x0A}


def drain_until(client: Client, size: int) -> None:
    def received() -> bool:
        client.drain()
        return client.received >= size

    until(received)


def closed_by_server(client: Client) -> bool:
    client.drain()
    return client.closed_by_server


def test_both_addresses_are_known(pair: tuple[Client, socket.socket]):
    client, accepted = pair
    assert client.local == accepted.getpeername()
    assert client.remote == accepted.getsockname()


def test_a_client_sends_and_receives(pair: tuple[Client, socket.socket]):
    client, accepted = pair
    assert client.give(b"hello") == 5
    assert accepted.recv(99) == b"hello"
    accepted.sendall(b"welcome")
    drain_until(client, 7)
    assert (bytes(client.replies), client.received, client.closed_by_server) == (
        b"welcome",
        7,
        False,
    )


def test_an_orderly_close(pair: tuple[Client, socket.socket]):
    client, accepted = pair
    assert client.give(b"bye") == 3
    client.close()
    assert not client.open
    assert accepted.recv(99) == b"bye"
    assert accepted.recv(99) == b""
    port = accepted.getsockname()[1]
    accepted.close()
    until(lambda: states(port) <= {0x06})
    assert states(port) == set()  # TIME_WAIT is at the client's end


def test_a_reset_after_the_server_closed_frees_its_port(
    listener: socket.socket, pair: tuple[Client, socket.socket]
):
    client, accepted = pair
    accepted.close()
    until(lambda: closed_by_server(client))
    port = listener.getsockname()[1]
    assert states(port)
    client.reset()
    assert states(port) == set()
    listener.close()
    socket.create_server(("127.0.0.1", port), reuse_port=False).close()


def test_a_reset(pair: tuple[Client, socket.socket]):
    client, accepted = pair
    client.reset()
    with pytest.raises(ConnectionResetError):
        accepted.recv(99)
    client.reset()
    client.close()


def test_a_reset_by_the_server_counts_as_closed(pair: tuple[Client, socket.socket]):
    client, accepted = pair
    client.give(b"never read")
    until(lambda: len(accepted.recv(99, socket.MSG_PEEK)) == 10)
    accepted.close()
    until(lambda: closed_by_server(client))
    with pytest.raises(OSError):  # noqa: PT011 (whatever its number is)
        client.give(b"more")
    client.drain()


def test_a_flood_of_replies_is_counted_and_its_beginning_kept(
    pair: tuple[Client, socket.socket],
):
    client, accepted = pair
    accepted.setblocking(False)
    sent = 0
    data = bytes(range(256)) * 256
    while sent < 20 << 20:
        try:
            sent += accepted.send(data[sent % 256 :])
        except BlockingIOError:
            client.drain()
    drain_until(client, sent)
    assert client.received == sent
    assert bytes(client.replies) == data[:4096]


def test_draining_an_endless_flood_ends(pair: tuple[Client, socket.socket]):
    client, accepted = pair
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    accepted.setblocking(False)
    try:
        for _ in range(1000):
            accepted.send(bytes(65536))
    except BlockingIOError:
        pass
    client.drain()
    assert 0 < client.received <= 1 << 20


def test_a_full_queue_takes_nothing(pair: tuple[Client, socket.socket]):
    client, _ = pair
    assert 0 < client.give(bytes(64 << 20)) < 64 << 20
    # The kernel moves what it holds to the other end, until that is full as well.
    until(lambda: client.give(bytes(1 << 20)) == 0)


def test_a_refusal(listener: socket.socket):
    address = listener.getsockname()
    listener.close()
    with pytest.raises(ConnectionRefusedError):
        connect("client 1", *address)


def test_ipv6():
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no such address")
    with listener:
        client = connect("client 1", *listener.getsockname()[:2])
        accepted = listener.accept()[0]
        assert client.local == accepted.getpeername()[:2]
        client.close()
        accepted.close()


def test_a_machine_without_an_ipv6_address_is_reached_over_ipv4(monkeypatch):
    """As in a container whose loopback has no IPv6 address, though one may listen there."""
    tried = []

    def refuse(name: str, address: str, port: int) -> None:
        tried.append((name, address, port))
        if address == "::1":
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")

    monkeypatch.setattr(clients, "connect", refuse)
    clients.connect_to_listener("client 1", ("::", 8888))
    assert tried == [("client 1", "::1", 8888), ("client 1", "127.0.0.1", 8888)]


def test_a_refused_connection_is_not_tried_elsewhere(monkeypatch):
    tried = []

    def refuse(name: str, address: str, port: int) -> None:
        tried.append(address)
        raise OSError(errno.ECONNREFUSED, "Connection refused")

    monkeypatch.setattr(clients, "connect", refuse)
    with pytest.raises(OSError, match="refused"):
        clients.connect_to_listener("client 1", ("::", 8888))
    assert tried == ["::1"]
