# expect: fail waits-in-select
# finding: blocks
# cause: Whenever nobody has spoken for a second it calls accept() and sleeps there until another
#   client connects.

from select import select
from socket import *
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 9999))
s.listen(3)
rlist = [s, sys.stdin]
f = open('log.txt', 'ab')
while True:
    rs, _, _ = select(rlist, [], [], 1)
    if not rs and len(rlist) > 2:
        print('等待新的客户端……')
        c, addr = s.accept()
        rlist.append(c)
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
            continue
        if r is sys.stdin:
            data = sys.stdin.readline().encode()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
        f.write(data.strip() + b'\n')
        f.flush()
