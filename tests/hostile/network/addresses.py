# expect: pass
# notes: its own address was bound
# cause: Names an address, so that the agent may add it to the loopback interface, and then tries to
#   configure the network itself: addresses, routes and the interface.

import fcntl
import os
import socket
import struct

NET_ADMIN = 12
OTHERS = [f"198.51.100.{host}" for host in (8, 9)]
"""Addresses that no constant names, so that the sandbox does not have them."""


def attack():
    with socket.socket() as named:
        named.bind(("198.51.100.7", 0))
        yield "its own address was bound"
    yield from _processes()
    yield from _requests()
    yield from _messages()
    with socket.socket() as other:
        for address in OTHERS:
            try:
                other.bind((address, 0))
                yield f"another address, {address}: granted"
            except OSError as error:
                yield f"another address, {address}: {error.strerror}"


def _processes():
    """The capabilities of this process, and of each one that it sees."""
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/status") as file:
                status = dict(line.split(":", 1) for line in file)
        except OSError:
            continue
        for kind in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            if int(status[kind], 16) >> NET_ADMIN & 1:
                yield f"{kind} of process {process}: NET_ADMIN was granted"


def _requests():
    """Set an address, and take the interface down, by ``ioctl``."""
    address = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(OTHERS[0]))
    with socket.socket(type=socket.SOCK_DGRAM) as any_socket:
        for name, number, value in (
            ("SIOCSIFADDR", 0x8916, address),
            ("SIOCSIFFLAGS", 0x8914, struct.pack("H14x", 0)),
            ("SIOCSIFNETMASK", 0x891C, address),
        ):
            try:
                fcntl.ioctl(any_socket, number, b"lo".ljust(16, b"\0") + value)
                yield f"{name}: granted"
            except OSError as error:
                yield f"{name}: {error.strerror}"


def _messages():
    """Add and remove addresses, and add a route, by netlink."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        netlink.settimeout(2)
        for name, kind, host in (
            ("add an address", 20, OTHERS[1]),
            ("remove the named address", 21, "198.51.100.7"),
            ("remove 127.0.0.1", 21, "127.0.0.1"),
        ):
            packed = socket.inet_aton(host)
            prefix = 8 if host.startswith("127") else 32
            body = struct.pack("=BBBBI", socket.AF_INET, prefix, 0, 0, 1)
            body += b"".join(struct.pack("=HH", 8, which) + packed for which in (2, 1))
            yield f"{name}: {_answer(netlink, kind, body)}"
        route = struct.pack("=BBBBBBBBI", socket.AF_INET, 0, 0, 0, 254, 4, 253, 1, 0)
        route += struct.pack("=HHI", 8, 4, 1)
        yield f"add a route: {_answer(netlink, 24, route)}"


def _answer(netlink, kind, body):
    """What the kernel answers to a message."""
    netlink.send(struct.pack("=IHHII", 16 + len(body), kind, 0x605, 1, 0) + body)
    number = -struct.unpack_from("=i", netlink.recv(4096), 16)[0]
    return os.strerror(number) if number else "granted"
