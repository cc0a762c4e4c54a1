"""Makes sockets of families that know of no network of one's own: to the hypervisor, for one."""

import socket


def attack():
    for name, family in (("vsock", 40), ("bluetooth", 31), ("infiniband", 27)):
        try:
            socket.socket(family, socket.SOCK_STREAM).close()
            yield f"{name}: granted"
        except OSError as error:
            yield f"{name}: refused ({error.strerror})"
