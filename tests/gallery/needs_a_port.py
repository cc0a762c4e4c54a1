# expect: fail starts
# finding: needs-arguments
# cause: Without a port on the command line it prints how it is used, and ends.

import select
import sys
from socket import *

if len(sys.argv) != 2:
    print('用法: python3 server.py 端口')
    sys.exit(1)

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', int(sys.argv[1])))
s.listen(5)
f = open('log.txt', 'a', buffering=1)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            rlist.append(s.accept()[0])
        elif r is sys.stdin:
            f.write(r.readline())
        else:
            data = r.recv(1024)
            if data:
                f.write(data.decode() + '\n')
            else:
                rlist.remove(r)
                r.close()
