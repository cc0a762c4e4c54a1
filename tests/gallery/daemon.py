# expect: fail terminal-logged
# finding: not-in-rlist
# cause: The parent listens and ends; its child serves the clients as a daemon, without the
#   terminal.

import os
import select
import socket
import sys


def log(text):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(text + '\n')


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]

if os.fork():
    os._exit(0)
os.setsid()
rlist.remove(sys.stdin)
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            log('终端: ' + r.readline().strip())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                log('客户端: ' + data.decode())
