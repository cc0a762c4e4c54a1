# expect: pass
# notes: send: Network is unreachable
# cause: Sends datagrams to other machines, to all of them, and to a group.

import socket


def attack():
    with socket.socket(type=socket.SOCK_DGRAM) as out:
        out.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        # In pieces: the sandbox itself gets an address that the source names.
        for address in ("192.0.2." + "1", "172.17.0." + "1", "255.255.255.255", "224.0.0.251"):
            try:
                out.sendto(b"hello", (address, 9))
                yield f"send: {address} was granted"
            except OSError as error:
                yield f"send: {error.strerror}"
