"""A correct server that runs the attack in front of it and logs what the attack notes."""

import select
import socket
import sys

LOG = "server.log"


def main():
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Any port is correct; outside a sandbox another program may use a fixed one.
    listener.bind(("127.0.0.1", 0))
    notes = list(attack())  # noqa: F821
    with open(LOG, "a", encoding="utf-8", buffering=1) as log:
        for text in notes:
            log.write(f"ATTACK: {text}\n")
        listener.listen(100)
        serve(listener, log)


def serve(listener, log):
    sources = [listener, sys.stdin]
    while True:
        for source in select.select(sources, [], [])[0]:
            if source is listener:
                sources.append(listener.accept()[0])
            elif source is sys.stdin:
                line = sys.stdin.readline()
                if line:
                    log.write(f"terminal: {line}")
                else:
                    sources.remove(sys.stdin)
            else:
                try:
                    data = source.recv(4096)
                except ConnectionError:
                    data = b""
                if data:
                    log.write(f"client: {data.decode('utf-8', 'replace')}\n")
                else:
                    sources.remove(source)
                    source.close()


try:
    main()
except KeyboardInterrupt:
    pass
