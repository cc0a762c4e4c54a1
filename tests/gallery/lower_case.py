# expect: fail exact-text
# finding: alters-text
# cause: It converts every text to lower case before it examines and logs it.

import select
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
f = open('log.txt', 'a')

while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            f.write(r.readline())
        else:
            msg = r.recv(1024).decode().lower()
            if not msg:
                rlist.remove(r)
                r.close()
                continue
            if msg == 'time':
                r.send(b'now')
            f.write(msg + '\n')
        f.flush()
