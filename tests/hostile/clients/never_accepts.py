# expect: fail client-logged
# cause: Listens and accepts nobody.

import select
import socket
import sys

listener = socket.create_server(("127.0.0.1", 0), backlog=1)
log = open("server.log", "a", buffering=1)
while True:
    select.select([sys.stdin], [], [])
    log.write(sys.stdin.readline())
