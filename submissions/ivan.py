# expect: fail exact-text
# craft: fail reset, split-character, functions
# skipped: clean-stop
# finding: cannot-decode
# cause: It decodes as ASCII.

import socket
import select
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('localhost', 8888))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            line = sys.stdin.readline()
            with open('log.txt', 'a') as f:
                f.write(line)
        else:
            msg = r.recv(1024).decode('ascii')
            if not msg:
                rlist.remove(r)
                r.close()
                continue
            with open('log.txt', 'a') as f:
                f.write(msg + '\n')
