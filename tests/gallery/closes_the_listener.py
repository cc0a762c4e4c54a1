# expect: fail every-message, silent-client, newcomer
# finding: closes-the-listener
# cause: It closes the listening socket as soon as one client is connected.

import select
import sys
from socket import *

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
f = open('log.txt', 'a', buffering=1)
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
            rlist.remove(s)
            s.close()
        elif r is sys.stdin:
            f.write('终端: ' + r.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f.write('客户端: ' + data.decode() + '\n')
