# expect: fail every-message
# finding: not-each-ready
# cause: The write is not indented enough and comes after the for loop: of the messages of one
#   round only the last is logged.

import time
import select
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
f = open('log.txt', 'a')

while True:
    rs, ws, xs = select.select(rlist, [], [])
    time.sleep(0.02)     # 防止太快
    msg = ''
    for r in rs:
        if r is s:
            c, addr = s.accept()
            print('连接', addr)
            rlist.append(c)
        elif r is sys.stdin:
            msg = '终端:' + r.readline().strip()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            msg = '客户端:' + data.decode()
    if msg:
        f.write(msg + '\n')
        f.flush()
