# expect: fail exact-text
# finding: cut-character
# cause: It calls recv(5): a message becomes several records, and a Chinese character that is cut
#   crashes the server.

import sys
import select
import socket

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('0.0.0.0', 8888))
server.listen(5)
rlist = [server, sys.stdin]
log = open('log.txt', 'a', buffering=1)

while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is server:
            conn, addr = server.accept()
            rlist.append(conn)
        elif r is sys.stdin:
            log.write('终端:' + r.readline())
        else:
            data = r.recv(5)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            log.write(data.decode() + '\n')
