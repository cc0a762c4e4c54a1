# expect: pass
# cause: Closes its half of each connection at once, after sending urgent data.

import select
import socket
import sys

listener = socket.create_server(("127.0.0.1", 0))
log = open("server.log", "ab", buffering=0)
sources = [listener, sys.stdin]
while True:
    for source in select.select(sources, [], [])[0]:
        if source is listener:
            client = listener.accept()[0]
            client.send(b"!", socket.MSG_OOB)
            client.shutdown(socket.SHUT_WR)
            sources.append(client)
        elif source is sys.stdin:
            log.write(sys.stdin.readline().encode())
        else:
            data = source.recv(4096)
            if data:
                log.write(data + b"\n")
            else:
                sources.remove(source)
                source.close()
