# expect: fail rests-after-departure
# finding: watches-who-has-left
# cause: It does not notice an empty recv: it spins and fills the log with blank records.

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
            f.write('终端:' + r.readline())
            f.flush()
        else:
            data = r.recv(1024)
            f.write('客户端:' + data.decode() + '\n')
            f.flush()
