# expect: fail departure
# finding: unknown-name
# cause: A misspelt name in the branch for a departed client: a NameError.

import sys
import socket
from select import select

ADDR = ('0.0.0.0', 8888)
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(ADDR)
s.listen(5)
f = open('log.txt', 'a')
rlist = [s, sys.stdin]

while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            connfd, addr = s.accept()
            rlist.append(connfd)
        elif r is sys.stdin:
            f.write('终端:' + r.readline())
        else:
            data = r.recv(1024)
            if data:
                f.write('客户端:' + data.decode() + '\n')
            else:
                print('客户端退出', adrr)
                rlist.remove(r)
                r.close()
        f.flush()
