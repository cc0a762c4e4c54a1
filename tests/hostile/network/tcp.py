# expect: pass
# notes: connect: Network is unreachable
# cause: Connects to other machines, over IPv4 and IPv6.

import socket


def attack():
    for family, address in (
        # In pieces: the sandbox itself gets an address that the source names.
        (socket.AF_INET, ("192.0.2." + "1", 80)),
        (socket.AF_INET, ("172.17.0." + "1", 22)),
        (socket.AF_INET6, ("2001:db8::" + "1", 80)),
    ):
        with socket.socket(family) as out:
            out.settimeout(2)
            try:
                out.connect(address)
                yield f"connect: {address[0]} was granted"
            except OSError as error:
                yield f"connect: {error.strerror or error}"
