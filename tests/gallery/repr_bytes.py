# expect: pass
# cause: It logs str(data) of the bytes, b'\xe4\xbd\xa0': a common beginner's record that can be
#   read back exactly.

from socket import *
from select import select
from sys import stdin

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(3)
rlist = [s, stdin]
wlist = []
xlist = []
f = open('text.log', 'w')
while True:
    rs, ws, xs = select(rlist, wlist, xlist)
    for r in rs:
        if r is s:
            c, addr = r.accept()
            print('连接到', addr)
            rlist.append(c)
        elif r is stdin:
            text = stdin.readline()
            f.write(str(text.encode()) + '\n')
        else:
            data = r.recv(1024)
            if not data:
                print('断开')
                rlist.remove(r)
                r.close()
                continue
            f.write(str(data) + '\n')    # 直接写bytes会报错，转成str
            f.flush()
