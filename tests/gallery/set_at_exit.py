# expect: fail client-order, terminal-order, arrival-order
# finding: kept-until-exit
# cause: Records are kept in a set ("no duplicates") and written at exit in whatever order the set
#   has.

from select import select
from socket import *
import sys

records = set()
s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 9999))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    try:
        rs, ws, xs = select(rlist, [], [])
    except KeyboardInterrupt:
        break
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            records.add(input())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            records.add(data.decode())   # 去重
with open('log.txt', 'a') as f:
    for x in records:
        f.write(x + '\n')
