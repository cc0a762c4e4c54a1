# expect: fail client-logged
# finding: tuple-as-socket
# cause: It takes what accept returns for the socket: an AttributeError as soon as a client
#   connects.

import select
import sys
from socket import *

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
with open('log.txt', 'a') as f:
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                c = s.accept()
                c.setblocking(False)
                rlist.append(c)
            elif r is sys.stdin:
                f.write('终端：' + sys.stdin.readline())
                f.flush()
            else:
                data = r.recv(1024)
                if data:
                    f.write('客户端：' + data.decode() + '\n')
                    f.flush()
                else:
                    rlist.remove(r)
                    r.close()
