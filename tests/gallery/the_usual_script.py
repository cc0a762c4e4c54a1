# expect: pass
# craft: fail reset, split-character, end-of-typing, restart, functions
# cause: What most students submit: correct in everything that is required, careful in nothing.

from socket import *
from select import select
import sys

s = socket()
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a', encoding='utf-8')
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            f.write('终端:' + input() + '\n')
            f.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                f.write('客户端:' + data.decode() + '\n')
                f.flush()
