# expect: fail terminal-logged
# finding: bytes-and-text
# cause: The log is binary, so a typed str raises a TypeError, in the terminal's branch only.

import socket
import select
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'ab')
rlist = [s, sys.stdin]

while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            connfd, addr = r.accept()
            print('Connect from', addr)
            rlist.append(connfd)
        elif r is sys.stdin:
            data = sys.stdin.readline()
            f.write(data)
            f.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f.write(data + b'\n')
            f.flush()
