# expect: fail rests-after-departure
# finding: watches-who-has-left
# cause: It prints that the client is gone but neither closes nor removes it, so it prints that
#   forever.

from select import select
from socket import *
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 8888))
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
            f.write('终端:' + r.readline())
            f.flush()
        else:
            data = r.recv(1024)
            if data:
                f.write('客户端:' + data.decode() + '\n')
                f.flush()
                r.send(b'OK')
            else:
                print('客户端已退出', r.getpeername())
