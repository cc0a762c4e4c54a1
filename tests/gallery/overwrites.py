# expect: fail client-logged, terminal-logged
# finding: opens-with-w
# cause: The log is opened in mode 'w' for each message, so it holds only the last one.

import socket
import select
import sys


def write_log(msg):
    with open('log.txt', 'w') as f:
        f.write(msg + '\n')


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            write_log('终端: ' + r.readline().strip())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                write_log('客户端: ' + data.decode())
