# expect: fail departure
# finding: not-in-list
# cause: It removes and closes the newest client instead of the one that left; when another leaves,
#   the newest is cut off and remove raises.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(3)
rlist = [s, sys.stdin]
log = open('log.txt', 'a', buffering=1)
while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = r.accept()
            rlist.append(c)
        elif r is sys.stdin:
            log.write('终端:' + r.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(c)
                c.close()
                continue
            log.write('客户端:' + data.decode() + '\n')
