# expect: fail client-logged
# cause: Listens on 1,000 ports, or as many as it gets, and serves none of them.

import select
import socket
import sys

listeners = []
try:
    for _ in range(1000):
        listeners.append(socket.create_server(("127.0.0.1", 0)))
except OSError as error:
    listeners.pop().close()
    print(error)
log = open("server.log", "a", buffering=1)
while True:
    select.select([sys.stdin], [], [])
    log.write(sys.stdin.readline())
