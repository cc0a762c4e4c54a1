# expect: fail client-order, terminal-order, arrival-order
# finding: kept-until-exit
# cause: At Ctrl-C it empties a stack of records with pop(), which writes them from last to first.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
msgs = []
try:
    while True:
        rs, ws, xs = select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
            elif r is sys.stdin:
                msgs.append('终端 ' + r.readline())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                else:
                    msgs.append('客户端 ' + data.decode() + '\n')
except KeyboardInterrupt:
    with open('log.txt', 'w') as f:
        while msgs:
            f.write(msgs.pop())
