# expect: fail client-logged
# finding: recv-on-the-listener
# cause: `if` instead of `elif`: after accept the else branch calls recv on the listening socket,
#   and the server crashes.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 8888))
s.listen(3)
f = open('log.txt', 'a')
rlist = [s, sys.stdin]

while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = r.accept()
            print('连接', addr)
            rlist.append(c)
        if r is sys.stdin:
            f.write('终端:' + r.readline())
            f.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f.write('客户端:' + data.decode() + '\n')
            f.flush()
