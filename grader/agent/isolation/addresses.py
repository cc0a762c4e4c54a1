"""Gives the loopback interface further addresses, over netlink (``rtnetlink(7)``).

A server can then bind an address of its author's own network, and clients can connect to it. The
sandbox's network remains loopback only: what is sent to these addresses stays inside.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
from collections.abc import Iterable

# include/uapi/linux/netlink.h, rtnetlink.h and if_addr.h
_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_ADDRESS = struct.Struct("=BBBBI")  # family, prefix, flags, scope, interface
_ATTRIBUTE = struct.Struct("=HH")  # length, type
_ERROR, _NEW_ADDRESS = 2, 20
_REQUEST, _ACKNOWLEDGE, _CREATE, _EXCLUSIVE = 0x1, 0x4, 0x400, 0x200
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_NO_DUPLICATE_DETECTION = 0x02
_SCOPE_HOST = 254


def add_to_loopback(addresses: Iterable[str]) -> None:
    """Add ``addresses`` (IPv4 or IPv6) to this network namespace's loopback interface.

    One that the kernel refuses is left out: the program then finds that it cannot bind it, as on
    any other computer.
    """
    try:
        interface = socket.if_nametoindex("lo")
        netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    except OSError:
        return
    with netlink:
        netlink.settimeout(5)
        for address in addresses:
            with contextlib.suppress(OSError):
                netlink.send(request(address, interface))
                check_reply(netlink.recv(4096))


def request(address: str, interface: int) -> bytes:
    """The message that adds ``address`` to the interface of that index."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    packed = socket.inet_pton(family, address)
    body = _ADDRESS.pack(family, 8 * len(packed), _NO_DUPLICATE_DETECTION, _SCOPE_HOST, interface)
    for kind in (_IFA_LOCAL, _IFA_ADDRESS):
        body += _ATTRIBUTE.pack(_ATTRIBUTE.size + len(packed), kind) + packed
    flags = _REQUEST | _ACKNOWLEDGE | _CREATE | _EXCLUSIVE
    return _HEADER.pack(_HEADER.size + len(body), _NEW_ADDRESS, flags, 1, 0) + body


def check_reply(reply: bytes) -> None:
    """Check the kernel's reply to :func:`request`.

    Raises:
        OSError: it refused the address, or the reply is malformed.
    """
    number = errno.EBADMSG
    if len(reply) >= _HEADER.size + 4 and _HEADER.unpack_from(reply)[1] == _ERROR:
        number = -struct.unpack_from("=i", reply, _HEADER.size)[0]
    if number:
        raise OSError(number, os.strerror(number))
