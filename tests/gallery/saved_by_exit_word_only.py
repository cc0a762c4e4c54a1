# expect: fail client-logged, terminal-logged
# finding: never-gets-to-the-log
# cause: The log is written only when somebody types exit; if the server ends in any other way,
#   nothing is logged.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
L = []
run = True
while run:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            msg = r.readline().strip()
            if msg == 'exit':
                run = False
            else:
                L.append('终端 ' + msg)
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                L.append('客户端 ' + data.decode())

f = open('log.txt', 'w')
for i in L:
    f.write(i + '\n')
f.close()
