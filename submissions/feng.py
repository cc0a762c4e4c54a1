# expect: fail silent-client
# craft: fail reset, split-character, functions
# skipped: burst
# finding: blocks
# cause: It calls `recv` right after `accept`: a client that says nothing blocks everybody.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a')
rlist = [s, sys.stdin]

while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            print('连接', addr)
            rlist.append(c)
            data = c.recv(1024)
            f.write('客户端:' + data.decode() + '\n')
        elif r is sys.stdin:
            f.write('终端:' + r.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f.write('客户端:' + data.decode() + '\n')
        f.flush()
