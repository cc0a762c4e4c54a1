# expect: fail departure
# finding: watches-what-is-closed
# cause: It closes the listening socket instead of the client's; the next select gets a descriptor
#   of -1 and raises.

import socket
import select
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
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
        elif r is sys.stdin:
            f.write('终端:' + r.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                s.close()
                continue
            f.write('客户端:' + data.decode() + '\n')
