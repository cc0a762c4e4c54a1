# expect: fail client-logged, terminal-logged
# cause: Its log holds 15 MB of the letters that identify messages, and no message.

import os
import select
import socket
import sys

LETTERS = bytes(b"jqxz"[byte % 4] for byte in range(256))

listener = socket.create_server(("127.0.0.1", 0))
with open("server.log", "wb", buffering=0) as log:
    for _ in range(15):
        log.write(os.urandom(1_000_000).translate(LETTERS))
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
