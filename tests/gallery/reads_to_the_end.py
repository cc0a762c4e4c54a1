# expect: fail terminal-logged
# finding: reads-to-the-end
# cause: sys.stdin.read() waits for the end of the input, so the first typed line blocks the server
#   forever.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a')
rlist = [s, sys.stdin]

while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            msg = sys.stdin.read()
            f.write('终端:' + msg + '\n')
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                f.write('客户端:' + data.decode() + '\n')
        f.flush()
