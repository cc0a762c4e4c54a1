# expect: fail exact-text
# finding: drops-characters
# cause: It decodes as ASCII and ignores what does not fit, so Chinese disappears.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
f = open('log.txt', 'a')
while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            f.write('stdin: ' + r.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            # 忽略错误
            f.write('client: ' + data.decode('ascii', 'ignore') + '\n')
        f.flush()
