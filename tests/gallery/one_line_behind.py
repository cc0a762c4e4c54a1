# expect: fail arrival-order
# finding: kept-until-exit
# cause: A typed line is written only when the next one arrives (the last one at exit), so clients'
#   messages overtake it.

import sys
from select import select
from socket import *

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
f = open('log.txt', 'a', buffering=1)
last = ''          # 上一次终端输入
try:
    while True:
        rs, ws, xs = select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
            elif r is sys.stdin:
                if last:
                    f.write('终端: ' + last)
                last = r.readline()
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                    continue
                f.write('客户端: ' + data.decode() + '\n')
except KeyboardInterrupt:
    f.write('终端: ' + last)
    f.close()
