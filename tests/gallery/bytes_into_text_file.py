# expect: fail client-logged
# finding: bytes-and-text
# cause: It writes bytes to a text file: a TypeError, in the clients' branch only, at the first
#   message.

import select
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 8888))
s.listen(5)
rlist = [s, sys.stdin]

f = open('log.txt', 'a')
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            connfd, addr = s.accept()
            rlist.append(connfd)
        elif r is sys.stdin:
            f.write('终端:%s' % sys.stdin.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                f.write(data)
        f.flush()
