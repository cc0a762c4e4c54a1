# expect: pass
# cause: Answers each client's message with 4 MiB.

import select
import socket
import sys

listener = socket.create_server(("127.0.0.1", 0))
log = open("server.log", "ab", buffering=0)
sources = [listener, sys.stdin]
while True:
    for source in select.select(sources, [], [])[0]:
        if source is listener:
            sources.append(listener.accept()[0])
        elif source is sys.stdin:
            log.write(sys.stdin.readline().encode())
        else:
            try:
                data = source.recv(4096)
                if data:
                    log.write(data + b"\n")
                    source.sendall(b"\x1b[2J flood " * 400_000)
                    continue
            except ConnectionError:
                pass
            sources.remove(source)
            source.close()
