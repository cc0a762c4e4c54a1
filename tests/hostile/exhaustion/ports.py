# expect: pass
# notes: Too many open files
# cause: Binds 1,000 ports.

import socket


def attack():
    held = []
    try:
        for _ in range(1000):
            held.append(socket.socket())
            held[-1].bind(("127.0.0.1", 0))
        yield "all were granted"
    except OSError as error:
        yield f"bind: {error.strerror}"
    for each in held:
        each.close()
