# expect: fail client-logged, terminal-logged
# finding: never-flushed
# cause: It never flushes and leaves with os._exit at Ctrl-C, which discards the buffer: the log
#   stays empty.

import os
import sys
import select
import socket

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 8888))
s.listen(5)
f = open('log.txt', 'a')
rlist = [s, sys.stdin]
while True:
    try:
        rs, ws, xs = select.select(rlist, [], [])
    except KeyboardInterrupt:
        print('服务器退出')
        os._exit(0)
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            f.write('终端: ' + sys.stdin.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                f.write('客户端: ' + data.decode() + '\n')
