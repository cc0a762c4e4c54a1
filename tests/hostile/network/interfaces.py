# expect: pass
# notes: 0 routes
# cause: Lists the network interfaces and brings one up.

import fcntl
import socket
import struct


def attack():
    with open("/proc/net/route") as routes:
        yield f"{len(routes.readlines()) - 1} routes"
    with socket.socket() as any_socket:
        for number, name in socket.if_nameindex():
            request = struct.pack("16sH14x", name.encode(), 1)
            try:
                fcntl.ioctl(any_socket, 0x8914, request)
                yield f"{name}: granted"
            except OSError as error:
                yield f"interface {number}: {error.strerror}"
