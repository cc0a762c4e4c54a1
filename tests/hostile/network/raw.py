# expect: pass
# notes: Operation not permitted
# cause: Makes sockets that see or forge other programs' packets.

import socket


def attack():
    for name, arguments in {
        "raw": (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP),
        "raw6": (socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6),
        "packet": (socket.AF_PACKET, socket.SOCK_RAW, 0),
    }.items():
        try:
            socket.socket(*arguments).close()
            yield f"{name}: granted"
        except OSError as error:
            yield f"{name}: {error.strerror}"
