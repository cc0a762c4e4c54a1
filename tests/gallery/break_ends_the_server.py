# expect: fail departure
# finding: loop-ends
# cause: When a client leaves, `break` leaves the main loop as well, and the server ends.

from socket import *
from select import select
import sys


def serve(s, f):
    rlist = [s, sys.stdin]
    while True:
        rs, ws, xs = select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
            elif r is sys.stdin:
                f.write('终端:' + r.readline())
            else:
                data = r.recv(1024)
                if not data:
                    print('客户端退出')
                    return
                f.write('客户端:' + data.decode() + '\n')
            f.flush()


s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a')
serve(s, f)
f.close()
s.close()
