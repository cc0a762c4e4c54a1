# expect: pass
# notes: lookup:
# cause: Looks up a name that no machine has.

import socket


def attack():
    try:
        socket.getaddrinfo("grader.invalid", 80)
        yield "lookup: granted"
    except OSError as error:
        yield f"lookup: {error.strerror}"
