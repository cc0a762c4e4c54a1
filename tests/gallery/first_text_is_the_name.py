# expect: fail client-logged
# finding: first-message-taken
# cause: It takes what a client sends first for its name; each client has another name, its port, in
#   the log.

import select
import sys
from socket import *

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a', buffering=1)
rlist = [s, sys.stdin]
names = {}
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            f.write('终端: ' + r.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                names.pop(r, None)
                r.close()
            elif r not in names:
                names[r] = data.decode()
                print(names[r], '进入聊天室')
            else:
                f.write('%s: %s\n' % (r.getpeername(), data.decode()))
