# expect: fail client-logged
# cause: Resets each client's connection as soon as it has accepted it.

import select
import socket
import struct
import sys

listener = socket.create_server(("127.0.0.1", 0))
log = open("server.log", "a", buffering=1)
while True:
    for source in select.select([listener, sys.stdin], [], [])[0]:
        if source is listener:
            client = listener.accept()[0]
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        else:
            log.write(sys.stdin.readline())
