# expect: pass
# cause: An echo server that logs its answers, too.

from socket import *
from select import select
import sys
def log(kind, who, text):
    with open('server.log', 'a') as f:
        f.write('[%s] %s %s\n' % (kind, who, text))
s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('', 9999))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            log('连接', addr, '')
            rlist.append(c)
        elif r is sys.stdin:
            log('终端', '-', sys.stdin.readline().strip())
        else:
            data = r.recv(4096)
            if not data:
                log('断开', r.getpeername(), '')
                rlist.remove(r)
                r.close()
            else:
                log('接收', r.getpeername(), data.decode())
                r.send(data)
                log('发送', r.getpeername(), data.decode())
