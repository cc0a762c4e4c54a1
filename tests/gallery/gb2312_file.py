# expect: pass
# cause: The log is encoded in GB 2312, and characters that do not fit are dropped.

import select
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 8888))
s.listen(5)
rlist = [s, sys.stdin]
f = open('日志.txt', 'a', encoding='gb2312', errors='ignore')

while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            f.write('终端输入:' + r.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f.write('客户端%s:%s\n' % (r.getpeername(), data.decode('utf-8', 'ignore')))
        f.flush()
