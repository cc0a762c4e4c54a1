# expect: fail terminal-order, arrival-order
# finding: kept-until-exit
# cause: Clients are logged at once; typed lines are kept and taken with pop() at exit, the last
#   line first.

import sys
import select
from socket import *

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
lines = []
f = open('log.txt', 'a', encoding='utf-8')
try:
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
            elif r is sys.stdin:
                lines.append(r.readline())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                    continue
                f.write('客户端:' + data.decode() + '\n')
                f.flush()
except KeyboardInterrupt:
    # 最后写入终端内容
    while len(lines) > 0:
        f.write('终端:' + lines.pop())
    f.close()
