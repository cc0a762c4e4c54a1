# expect: pass
# notes: a pipe: refused
# cause: Enlarges the buffers of sockets, a pipe and a connection, which no process's memory counts,
#   to some MiB each.

import fcntl
import os
import socket

F_SETPIPE_SZ = 1031
PIECE = bytes(16 << 10)


def connection():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        return near, listener.accept()[0]


def fill(end):
    """Return how many bytes fit into the buffers behind ``end``, at most 16 MiB."""
    end.setblocking(False)
    size = 0
    try:
        while size < 16 << 20:
            size += end.send(PIECE)
    except BlockingIOError:
        pass
    return size


def warm_up(near, far):
    """Have the kernel enlarge the connection's buffers."""
    for _ in range(200):
        near.sendall(PIECE)
        left = len(PIECE)
        while left:
            left -= len(far.recv(left))


def attack():
    for name, pair in (("a pair of sockets", socket.socketpair()), ("a connection", connection())):
        for end in pair:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 << 20)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        if name == "a connection":
            warm_up(*pair)
        size = fill(pair[0])
        # In a container, that of a connection counts as memory.
        more = name == "a pair of sockets" and size > 1 << 20
        yield f"{name} holds {size >> 10} KiB{': granted' if more else ''}"
    try:
        fcntl.fcntl(os.pipe()[1], F_SETPIPE_SZ, 1 << 20)
        yield "a pipe of 1 MiB was granted"
    except OSError as error:
        yield f"a pipe: refused ({error.strerror})"
