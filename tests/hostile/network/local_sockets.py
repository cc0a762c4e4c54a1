# expect: pass
# cause: Connects to the engine's socket and to every abstract local socket.

import socket


def attack():
    with open("/proc/net/unix") as table:
        paths = [line.split()[7] for line in table.readlines()[1:] if len(line.split()) > 7]
    for path in ["/var/run/docker.sock", "/run/docker.sock", *paths[:50]]:
        with socket.socket(socket.AF_UNIX) as out:
            out.settimeout(2)
            try:
                out.connect(path.replace("@", "\0", 1))
                yield f"connect: {path} was granted"
            except OSError as error:
                yield f"connect: {error.strerror}"
