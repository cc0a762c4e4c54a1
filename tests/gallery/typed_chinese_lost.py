# expect: fail exact-text
# finding: drops-characters
# cause: What is typed is decoded as ASCII, and everything else is ignored.

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
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            log('终端: ' + os.read(0, 1024).decode('ascii', 'ignore').strip())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                log('客户端: ' + data.decode())
