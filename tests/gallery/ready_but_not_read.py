# expect: fail terminal-logged, rests-when-idle
# finding: ready-not-read
# cause: It notices that stdin is ready but never reads the line, and logs a fixed text instead.

from select import select
from socket import *
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]

while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            print('终端有输入')
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            with open('log.txt', 'a') as f:
                f.write(data.decode() + '\n')
