# expect: fail every-message, silent-client, newcomer
# finding: fixed-tuple
# cause: The second client is put into a list under a name that is not there: an AttributeError
#   ends it.

import select
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
online = None
f = open('log.txt', 'a', encoding='utf-8', buffering=1)
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
            if online is None:
                online = addr
            else:
                online.append(addr)
        elif r is sys.stdin:
            f.write('终端 ' + r.readline())
        else:
            d = r.recv(1024)
            if d:
                f.write('客户端 ' + d.decode() + '\n')
            else:
                rlist.remove(r)
                r.close()
