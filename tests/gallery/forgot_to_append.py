# expect: fail client-logged
# finding: not-in-rlist
# cause: The accepted socket is never added to rlist, so nothing is ever received from it.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 9999))
s.listen(5)
clients = []

while True:
    rlist = [s, sys.stdin]
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            clients.append(c)
            print('客户端连接', addr)
        elif r is sys.stdin:
            with open('log.txt', 'a') as f:
                f.write('终端:' + r.readline())
        else:
            data = r.recv(1024)
            if not data:
                clients.remove(r)
                r.close()
                continue
            with open('log.txt', 'a') as f:
                f.write('客户端:' + data.decode() + '\n')
