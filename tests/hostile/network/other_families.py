# expect: pass
# notes: vsock: refused
# cause: Makes sockets of families that network namespaces do not confine, such as the one to the
#   hypervisor.

import socket


def attack():
    for name, family in (("vsock", 40), ("bluetooth", 31), ("infiniband", 27)):
        try:
            socket.socket(family, socket.SOCK_STREAM).close()
            yield f"{name}: granted"
        except OSError as error:
            yield f"{name}: refused ({error.strerror})"
