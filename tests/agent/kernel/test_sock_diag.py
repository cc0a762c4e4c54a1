"""Sockets over netlink and from ``/proc/net/tcp``."""

import errno
import os
import socket
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.agent.kernel import sock_diag
from grader.agent.kernel.sock_diag import (
    CLOSE_WAIT,
    ESTABLISHED,
    LISTEN,
    SockDiag,
    Socket,
    parse_reply,
    parse_table,
    request,
)

TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:22B8 00000000:0000 0A 00000000:00000002 00:00000000 00000000  1000        0 41211 \
1 0000000000000000 100 0 0 10 0
   1: 0100007F:22B8 0100007F:C350 01 00000005:0000000C 00:00000000 00000000  1000        0 41213 \
1 0000000000000000 20 4 30 10 -1
   2: 0100007F:C352 0100007F:22B8 06 00000000:00000000 03:00001770 00000000     0        0 0 \
3 0000000000000000
"""

TCP_SOCKETS = [
    Socket(("0.0.0.0", 8888), ("0.0.0.0", 0), LISTEN, 0, 2, 41211),
    Socket(("127.0.0.1", 8888), ("127.0.0.1", 50000), ESTABLISHED, 5, 12, 41213),
    Socket(("127.0.0.1", 50002), ("127.0.0.1", 8888), 6, 0, 0, 0),
]

TCP6 = """\
  sl  local_address                         remote_address                        st tx_queue \
rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:22B8 00000000000000000000000000000000:0000 0A \
00000000:00000000 00:00000000 00000000     0        0 7 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:22B8 00000000000000000000000001000000:C350 08 \
00000000:00000001 00:00000000 00000000     0        0 8 1 0000000000000000 20 4 0 10 -1
   2: 0000000000000000FFFF00000100007F:22B8 0000000000000000FFFF00000100007F:C351 01 \
00000000:00000000 00:00000000 00000000     0        0 9 1 0000000000000000 20 4 0 10 -1
"""

TCP6_SOCKETS = [
    Socket(("::", 8888), ("::", 0), LISTEN, 0, 0, 7),
    Socket(("::1", 8888), ("::1", 50000), CLOSE_WAIT, 0, 1, 8),
    Socket(("127.0.0.1", 8888), ("127.0.0.1", 50001), ESTABLISHED, 0, 0, 9),
]


@pytest.mark.parametrize(("text", "expected"), [(TCP, TCP_SOCKETS), (TCP6, TCP6_SOCKETS)])
def test_a_table(text, expected):
    assert parse_table(text) == expected


@pytest.mark.parametrize(("text", "expected"), [(TCP, TCP_SOCKETS), (TCP6, TCP6_SOCKETS)])
def test_a_table_truncated_anywhere_yields_complete_lines(text, expected):
    for end in range(len(text)):
        whole = max(0, text[:end].count("\n") - 1)
        assert parse_table(text[:end]) == expected[:whole]


def test_invalid_lines_are_skipped():
    first, *rest = TCP.splitlines(keepends=True)
    junk = ["\n", "   9: zz:22B8 0:0 0A\n", "a b c d e f g h i j\n", rest[0].replace("22B8", "")]
    mixed = "".join(line for pair in zip(junk, [*rest, ""], strict=True) for line in pair)
    assert parse_table(first + mixed) == TCP_SOCKETS


@given(st.text())
def test_no_text_raises(text):
    parse_table("header\n" + text + "\n")


def reply(
    *,
    family: int = socket.AF_INET,
    state: int = ESTABLISHED,
    port: int = 8888,
    remote: int = 50000,
    unread: int = 12,
    unsent: int = 5,
    inode: int = 41213,
    flags: int = 0,
) -> bytes:
    address = "127.0.0.1" if family == socket.AF_INET else "::1"
    packed = socket.inet_pton(family, address).ljust(16, b"\0")
    body = struct.pack("=BBBB", family, state, 0, 0)
    body += struct.pack("!HH16s16s", port, remote, packed, packed)
    body += struct.pack("=III", 0, 1, 2)
    body += struct.pack("=IIIII", 0, unread, unsent, 1000, inode)
    return message(20, body, flags)


def message(kind: int, body: bytes, flags: int = 0) -> bytes:
    whole = struct.pack("=IHHII", 16 + len(body), kind, flags, 1, 0) + body
    return whole + bytes(-len(whole) % 4)


MULTI = 0x2
DONE = message(3, bytes(4), MULTI)

HERE = Socket(("127.0.0.1", 8888), ("127.0.0.1", 50000), ESTABLISHED, 5, 12, 41213)


def test_one_socket():
    assert parse_reply(reply()) == ([HERE], True)


def test_one_ipv6_socket():
    found, ended = parse_reply(reply(family=socket.AF_INET6, state=CLOSE_WAIT, unsent=0, unread=1))
    assert found == [Socket(("::1", 8888), ("::1", 50000), CLOSE_WAIT, 0, 1, 41213)]
    assert ended


def test_trailing_bytes_are_ignored():
    assert parse_reply(reply() + b"junk" * 9) == ([HERE], True)


def test_other_messages_are_skipped():
    body = reply()[16:]
    assert parse_reply(message(20, bytes([socket.AF_UNIX]) + body[1:])) == ([], True)
    assert parse_reply(message(21, body)) == ([], True)
    assert parse_reply(message(20, bytes(71))) == ([], True)


def test_many_sockets():
    one, other = reply(flags=MULTI), reply(flags=MULTI, inode=7)
    assert parse_reply(one + other) == ([HERE, HERE._replace(inode=7)], False)
    assert parse_reply(one + other + DONE) == ([HERE, HERE._replace(inode=7)], True)
    assert parse_reply(DONE) == ([], True)


def test_a_refusal():
    with pytest.raises(OSError, match="No such file") as caught:
        parse_reply(message(2, struct.pack("=i", -errno.ENOENT) + bytes(16)))
    assert caught.value.errno == errno.ENOENT


@pytest.mark.parametrize("body", [b"", b"\xfe", struct.pack("=i", -(1 << 31))])
def test_an_error_message_without_an_error(body):
    with pytest.raises(OSError):  # noqa: PT011 (whatever its number is)
        parse_reply(message(2, body))


def test_a_reply_truncated_anywhere():
    whole = reply(flags=MULTI) + reply(flags=MULTI, inode=7) + DONE
    size = len(reply())
    for end in range(len(whole)):
        found, ended = parse_reply(whole[:end])
        assert len(found) == min(end // size, 2)
        assert not ended or end >= 2 * size + 16


@given(st.binary(max_size=400))
def test_any_bytes_raise_only_oserror(data):
    with suppress(OSError):
        parse_reply(data)


@given(st.lists(st.sampled_from([reply(flags=MULTI), DONE, b"\0" * 16, b"\xff" * 8])), st.data())
def test_damaged_replies_raise_only_oserror(pieces, data):
    damaged = bytearray(b"".join(pieces))
    for _ in range(data.draw(st.integers(0, 4)) if damaged else 0):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(OSError):
        parse_reply(bytes(damaged))


def test_a_request_for_one_socket():
    asked = request(socket.AF_INET, 0xFFFFFFFF, ("127.0.0.1", 8888), ("127.0.0.2", 50000))
    length, kind, flags = struct.unpack_from("=IHH", asked)
    assert (length, kind, flags) == (len(asked), 20, 0x1)
    assert asked[16:18] == bytes([socket.AF_INET, socket.IPPROTO_TCP])
    port, remote, local, there = struct.unpack_from("!HH16s16s", asked, 24)
    assert (port, remote) == (8888, 50000)
    assert (local[:4], there[:4]) == (b"\x7f\0\0\1", b"\x7f\0\0\2")


def test_a_request_for_all_sockets_in_a_state():
    asked = request(socket.AF_INET6, 1 << LISTEN, None, None)
    assert struct.unpack_from("=IHH", asked) == (len(asked), 20, 0x301)
    assert struct.unpack_from("=I", asked, 20) == (1 << LISTEN,)


@pytest.fixture(params=["netlink", "tables"])
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    """Asked in both ways: where there is no netlink, the tables have to do."""
    if request.param == "tables":
        # As where the kernel offers no such protocol.
        def refuse(*arguments: object) -> None:
            raise OSError(errno.EPROTONOSUPPORT, "Protocol not supported")

        monkeypatch.setattr(sock_diag.socket, "socket", refuse)
        asked = SockDiag.open()
        monkeypatch.undo()
        assert asked._netlink is None
        yield asked
    else:
        asked = SockDiag.open()
        if asked._netlink is None:
            pytest.skip("this kernel answers no sock_diag")
        yield asked
        asked._netlink.close()


FAMILIES = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]


@pytest.mark.parametrize(("family", "address"), FAMILIES)
def test_queries_of_real_sockets(kernel: SockDiag, family: int, address: str):
    with socket.socket(family) as listener, socket.socket(family) as client:
        try:
            listener.bind((address, 0))
        except OSError:
            pytest.skip("this machine has no such address")
        listener.listen()
        inode = listener_inode(listener)
        assert inode in {entry.inode for entry in kernel.listening()}

        client.connect(listener.getsockname()[:2])
        here, there = client.getsockname()[:2], client.getpeername()[:2]
        (far,) = kernel.connections([(there, here)])
        assert far
        assert (far.state, far.inode, far.unread) == (ESTABLISHED, 0, 0)

        client.sendall(b"twelve bytes")
        accepted = listener.accept()[0]
        far, near, none = kernel.connections([(there, here), (here, there), (there, there)])
        assert far
        assert near
        assert none is None
        assert (far.local, far.remote) == (there, here)
        assert (far.state, far.unread, far.inode) == (ESTABLISHED, 12, listener_inode(accepted))
        assert near.inode == listener_inode(client)

        assert accepted.recv(99) == b"twelve bytes"
        client.shutdown(socket.SHUT_WR)
        (far,) = kernel.connections([(there, here)])
        assert far
        assert (far.state, far.unread) == (CLOSE_WAIT, 1)
        accepted.close()


def listener_inode(held: socket.socket) -> int:
    return os.fstat(held.fileno()).st_ino


def test_an_ipv4_connection_to_an_ipv6_socket(kernel: SockDiag):
    """A server on ``::`` is reached over IPv4 as well; its end of that is an IPv6 socket."""
    with socket.socket(socket.AF_INET6) as listener, socket.socket() as client:
        try:
            listener.bind(("::", 0))
            listener.listen()
            client.connect(("127.0.0.1", listener.getsockname()[1]))
        except OSError:
            pytest.skip("this machine has no IPv6")
        accepted = listener.accept()[0]
        client.sendall(b"abc")
        (far,) = kernel.connections([(client.getpeername(), client.getsockname())])
        assert far
        assert (far.unread, far.inode) == (3, listener_inode(accepted))
        accepted.close()
