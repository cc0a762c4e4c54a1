# expect: fail client-logged
# finding: follow-the-text
# cause: It prints clients' messages and does not log them. The KeyError that ends it when a client
#   leaves comes later, and has nothing to do with that.

import select
import sys
from socket import *

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a', buffering=1)
rlist = [s, sys.stdin]
addrs = {}
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
            addrs[addr] = c
        elif r is sys.stdin:
            f.write(r.readline())
        else:
            data = r.recv(1024)
            if not data:
                print(addrs[r], '离开')
                rlist.remove(r)
                r.close()
                continue
            print('客户端:', data.decode())
