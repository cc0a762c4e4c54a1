# expect: pass
# cause: It binds to the address of the student's own computer.

import sys
from select import select
from socket import *

HOST = '192.168.13.57'     # 本机ip
PORT = 8888

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind((HOST, PORT))
s.listen(5)
rlist = [s, sys.stdin]
with open('log.txt', 'a') as f:
    while True:
        rs, ws, xs = select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                print(addr, '已连接')
                rlist.append(c)
            elif r is sys.stdin:
                f.write(sys.stdin.readline())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                else:
                    f.write(data.decode() + '\n')
            f.flush()
