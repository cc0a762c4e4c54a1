# expect: fail client-logged, terminal-logged
# cause: Its log holds the letters that messages are made of, one on each line, and no message.

import select
import socket
import sys

listener = socket.create_server(("127.0.0.1", 0))
with open("server.log", "w") as log:
    log.write("j\nq\nx\nz\n" * 100)
sources = [listener, sys.stdin]
while True:
    for source in select.select(sources, [], [])[0]:
        if source is listener:
            sources.append(listener.accept()[0])
        elif source is sys.stdin:
            sys.stdin.readline()
        elif not source.recv(4096):
            sources.remove(source)
            source.close()
