# expect: fail one-log
# craft: fail reset, split-character, functions
# finding: separate-logs
# cause: There is one log for the clients and another for the terminal.

import sys
from socket import *
from select import select

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f1 = open('client.log', 'a')
f2 = open('terminal.log', 'a')
rlist = [s, sys.stdin]

while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            f2.write(r.readline())
            f2.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f1.write(data.decode() + '\n')
            f1.flush()
