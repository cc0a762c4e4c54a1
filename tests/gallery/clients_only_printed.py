# expect: fail client-logged
# finding: follow-the-text
# cause: Typed lines are logged, but clients' messages are only printed.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(3)
f = open('log.txt', 'a')
rlist = [s, sys.stdin]

while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = r.accept()
            print('Connect from', addr)
            rlist.append(c)
        elif r is sys.stdin:
            f.write(sys.stdin.readline())
            f.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            print(data.decode())
            r.send(b'OK')
