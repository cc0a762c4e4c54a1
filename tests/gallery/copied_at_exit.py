# expect: pass
# cause: At Ctrl-C it leaves a copy beside the log, numbered like a rotated log.

import shutil
import sys
from select import select
from socket import *


def record(msg):
    f = open('server.log', 'a')
    f.write(msg + '\n')
    f.close()


s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(3)
rlist = [s, sys.stdin]
try:
    while True:
        rs, ws, xs = select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
            elif r is sys.stdin:
                record('终端: ' + r.readline().strip())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                else:
                    record('客户端: ' + data.decode())
except KeyboardInterrupt:
    shutil.copyfile('server.log', 'server.log.1')
