"""Reads the states and queues of TCP sockets, over netlink (``sock_diag(7)``).

Where the kernel offers no netlink, ``/proc/net/tcp`` serves. It is much slower: see the package.
"""

from __future__ import annotations

import errno
import functools
import os
import socket
import struct
from typing import NamedTuple

ESTABLISHED, SYN_RECEIVED, FIN_WAIT_1, CLOSE_WAIT, LISTEN = 0x01, 0x03, 0x04, 0x08, 0x0A
"""States of a TCP socket, from ``include/net/tcp_states.h``."""

Address = tuple[str, int]


class Socket(NamedTuple):
    """A TCP socket of this network namespace."""

    local: Address
    remote: Address
    state: int
    unsent: int
    """Bytes that the other end has not acknowledged."""
    unread: int
    """Bytes that the program has not read, an end of file counting as one. For a listening
    socket: connections that it has not accepted."""
    inode: int
    """0: no program holds it (the connection was not accepted yet, or was closed)."""


# --- netlink: include/uapi/linux/inet_diag.h ---

_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_ID = struct.Struct("!HH16s16s")  # source port, destination port, both addresses
_REQUEST_REST = struct.Struct("=III")  # interface, cookie (~0: any)
_REPLY_REST = struct.Struct("=IIIII")  # expires, unread, unsent, user, inode
_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_REQUEST, _DUMP = 0x1, 0x300
_ERROR, _DONE = 2, 3
_FAMILIES = (socket.AF_INET, socket.AF_INET6)


@functools.lru_cache(maxsize=512)  # the same connections are queried again and again
def request(family: int, states: int, local: Address | None, remote: Address | None) -> bytes:
    """A query for the socket between two addresses, or (None, None) for all in ``states``."""
    ends = (local or ("", 0), remote or ("", 0))
    body = struct.pack("=BBBxI", family, socket.IPPROTO_TCP, 0, states)
    body += _ID.pack(ends[0][1], ends[1][1], *(_packed(family, end[0]) for end in ends))
    body += _REQUEST_REST.pack(0, 0xFFFFFFFF, 0xFFFFFFFF)
    flags = _REQUEST if local else _REQUEST | _DUMP
    return _HEADER.pack(_HEADER.size + len(body), _SOCK_DIAG_BY_FAMILY, flags, 1, 0) + body


def parse_reply(data: bytes) -> tuple[list[Socket], bool]:
    """The sockets in a netlink datagram, and whether it is the last one of the reply.

    Raises:
        OSError: the kernel refused the request (``ENOENT``: there is no such socket), or the
            datagram is incomplete.
    """
    found: list[Socket] = []
    while len(data) >= _HEADER.size:
        length, kind, flags, _, _ = _HEADER.unpack_from(data)
        body = data[_HEADER.size : length]
        if kind == _DONE or length < _HEADER.size:
            return found, True
        if kind == _ERROR:
            if len(body) < 4:
                raise OSError(errno.EBADMSG, os.strerror(errno.EBADMSG))
            number = -struct.unpack_from("=i", body)[0] & 0x7FFFFFFF
            raise OSError(number, os.strerror(number))
        if kind == _SOCK_DIAG_BY_FAMILY and len(body) >= 72 and body[0] in _FAMILIES:
            found.append(_parse_socket(body))
        if not flags & 0x2:  # one message alone, not one of many
            return found, True
        data = data[(length + 3) & ~3 :]
    return found, False


def _parse_socket(body: bytes) -> Socket:
    family, state = body[0], body[1]
    source_port, port, source, destination = _ID.unpack_from(body, 4)
    _, unread, unsent, _, inode = _REPLY_REST.unpack_from(body, 52)
    return Socket(
        (_unpacked(family, source), source_port),
        (_unpacked(family, destination), port),
        state,
        unsent,
        unread,
        inode,
    )


def _packed(family: int, address: str) -> bytes:
    return socket.inet_pton(family, address).ljust(16, b"\0") if address else bytes(16)


def _unpacked(family: int, packed: bytes) -> str:
    return socket.inet_ntop(family, packed[:4] if family == socket.AF_INET else packed)


# --- /proc/net/tcp, tcp6 ---


def parse_table(text: str) -> list[Socket]:
    """Read ``/proc/net/tcp`` or ``tcp6``; incomplete lines are skipped."""
    found = []
    for line in text.split("\n")[1:-1]:  # a line without a newline is incomplete
        fields = line.split()
        try:
            unsent, unread = fields[4].split(":")
            found.append(
                Socket(
                    _parse_address(fields[1]),
                    _parse_address(fields[2]),
                    int(fields[3], 16),
                    int(unsent, 16),
                    int(unread, 16),
                    int(fields[9]),
                )
            )
        except (ValueError, IndexError, OSError):
            continue
    return found


def _parse_address(text: str) -> Address:
    # Each group of eight digits is a 32-bit word in the machine's byte order, which is
    # little-endian on both supported processors.
    digits, port = text.split(":")
    packed = b"".join(bytes.fromhex(digits[i : i + 8])[::-1] for i in range(0, len(digits), 8))
    family = socket.AF_INET if len(packed) == 4 else socket.AF_INET6
    address = socket.inet_ntop(family, packed)
    return address.removeprefix("::ffff:") if "." in address else address, int(port, 16)


# --- queries ---


class SockDiag:
    """Queries the TCP sockets of this network namespace.

    ``netlink``: a socket to query; None: ``/proc/net/tcp`` serves.
    """

    def __init__(self, netlink: socket.socket | None) -> None:
        self._netlink = netlink

    @classmethod
    def open(cls) -> SockDiag:
        """Use netlink where the kernel answers on it, else ``/proc/net/tcp``."""
        try:
            netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, _NETLINK_SOCK_DIAG)
        except OSError:
            return cls(None)
        netlink.settimeout(5)
        opened = cls(netlink)
        try:
            opened.listening()
        except OSError:
            netlink.close()
            return cls(None)
        return opened

    def close(self) -> None:
        """Close the netlink socket. No query may follow."""
        if self._netlink:
            self._netlink.close()

    def listening(self) -> list[Socket]:
        """All listening sockets."""
        if self._netlink is None:
            return [entry for entry in _read_tables() if entry.state == LISTEN]
        found: list[Socket] = []
        for family in _FAMILIES:
            try:
                found += self._query(request(family, 1 << LISTEN, None, None))
            except OSError as error:
                if error.errno != errno.ENOENT:  # a kernel without IPv6
                    raise
        return found

    def connections(self, ends: list[tuple[Address, Address]]) -> list[Socket | None]:
        """For each ``(local, remote)`` its socket; None where there is none."""
        if self._netlink is None:
            table = {(entry.local, entry.remote): entry for entry in _read_tables()}
            return [table.get(pair) for pair in ends]
        return [self._connection(local, remote) for local, remote in ends]

    def _connection(self, local: Address, remote: Address) -> Socket | None:
        family = socket.AF_INET6 if ":" in local[0] else socket.AF_INET
        try:
            found = self._query(request(family, 0xFFFFFFFF, local, remote))
        except OSError as error:
            if error.errno == errno.ENOENT:
                return None
            raise
        # Without such a connection, the kernel answers with the socket that listens on that port.
        return found[0] if found and found[0].state != LISTEN else None

    def _query(self, message: bytes) -> list[Socket]:
        assert self._netlink
        self._netlink.send(message)
        found: list[Socket] = []
        ended = False
        while not ended:
            more, ended = parse_reply(self._netlink.recv(65536))
            found += more
        return found


def _read_tables() -> list[Socket]:
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(table) as file:
                found += parse_table(file.read())
        except OSError:
            continue
    return found
