# expect: fail terminal-logged, silent-client, newcomer, waits-in-select
# finding: waits-apart
# cause: It calls accept once, before the loop: nothing happens before the first client, and no
#   other is ever accepted.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
print('等待连接...')
c, addr = s.accept()
print('连接', addr)
f = open('log.txt', 'a')
rlist = [c, sys.stdin]
while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is c:
            data = c.recv(1024)
            if not data:
                rlist.remove(c)
                c.close()
                continue
            f.write('客户端:' + data.decode() + '\n')
        else:
            f.write('终端:' + sys.stdin.readline())
        f.flush()
