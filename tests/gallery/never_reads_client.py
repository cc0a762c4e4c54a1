# expect: fail client-logged, rests-when-idle
# finding: ready-not-read
# cause: The clients' branch prints that something arrived but never receives it, so select returns
#   immediately forever.

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
    for r in rs:
        if r is s:
            conn, addr = s.accept()
            rlist.append(conn)
            print(addr, '连接')
        elif r is sys.stdin:
            f.write(r.readline())
            f.flush()
        else:
            # TODO 接收消息写入日志
            print('客户端发来消息')
