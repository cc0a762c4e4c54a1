# expect: fail every-message, silent-client, newcomer, waits-in-select
# cause: Stops listening after the first accept and leaves its port to another process that never
#   accepts.

import os
import select
import signal
import socket
import sys

listener = socket.create_server(("127.0.0.1", 0))
address = listener.getsockname()
log = open("server.log", "ab", buffering=0)
sources = [listener, sys.stdin]
while True:
    for source in select.select(sources, [], [])[0]:
        if source is listener:
            sources = [sys.stdin, listener.accept()[0]]
            listener.close()
            if os.fork() == 0:
                signal.alarm(20)
                deaf = socket.socket()
                deaf.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                deaf.bind(address)
                deaf.listen(1)
                while True:
                    signal.pause()
        elif source is sys.stdin:
            log.write(sys.stdin.readline().encode())
        else:
            data = source.recv(4096)
            if data:
                log.write(data + b"\n")
            else:
                sources.remove(source)
