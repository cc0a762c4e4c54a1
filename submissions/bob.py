# expect: fail every-message, silent-client, departure
# craft: fail reset, split-character, crowd, functions
# skipped: client-order, terminal-order, arrival-order, rests-after-departure, hasty-departure,
#   closes-sockets, return, burst
# finding: blocks
# cause: `c.recv` instead of `r.recv`: it receives from the client accepted last.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(3)
f = open('log.txt', 'a')
rlist = [s, sys.stdin]

while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = r.accept()
            print('Connect from', addr)
            rlist.append(c)
        elif r is sys.stdin:
            f.write('终端:' + r.readline())
            f.flush()
        else:
            data = c.recv(1024)
            if not data:
                rlist.remove(c)
                c.close()
                continue
            f.write('客户端:' + data.decode() + '\n')
            f.flush()
            c.send(b'OK')
