# expect: fail own-record
# finding: no-separator
# cause: '/n' instead of '\n': everything is on one line.

import select
import socket
import sys


def write_log(msg):
    f = open('log.txt', 'a', encoding='utf-8')
    f.write(msg + '/n')
    f.close()


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 8888))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            write_log('终端输入:' + input())
        else:
            data = r.recv(1024).decode()
            if not data:
                rlist.remove(r)
                r.close()
            else:
                write_log('客户端发来:' + data)
