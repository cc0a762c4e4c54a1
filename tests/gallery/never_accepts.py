# expect: fail client-logged, rests-when-idle
# finding: ready-not-read
# cause: It compares with the wrong socket, so it never accepts, and select reports the listening
#   socket again and again.

import select
import socket
import sys

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('0.0.0.0', 8888))
server.listen(5)
conn = None
rlist = [server, sys.stdin]
f = open('log.txt', 'a', buffering=1)
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is sys.stdin:
            f.write('终端: ' + sys.stdin.readline())
        elif r is conn:
            data = conn.recv(1024)
            if not data:
                rlist.remove(conn)
                conn.close()
                continue
            f.write('客户端: ' + data.decode() + '\n')
        elif r is socket:
            conn, addr = server.accept()
            rlist.append(conn)
