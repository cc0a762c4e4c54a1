# expect: fail terminal-logged
# finding: loop-ends
# cause: Any typed line ends it, since `if msg` stands for `if msg == 'exit'`.

import select
import sys
from socket import *

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a', buffering=1)
rlist = [s, sys.stdin]
running = True
while running:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            msg = sys.stdin.readline()
            if msg:
                running = False
                break
            f.write('终端: ' + msg)
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                f.write('客户端: ' + data.decode() + '\n')
