# expect: fail terminal-logged
# finding: follow-the-line
# cause: A typed line is logged within the loop that sends it to the clients: with nobody connected,
#   that loop does nothing.

import select
import sys
from socket import *

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
clients = []
f = open('log.txt', 'a', buffering=1)
while True:
    rs, ws, xs = select.select([s, sys.stdin] + clients, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            clients.append(c)
        elif r is sys.stdin:
            line = sys.stdin.readline()
            for c in clients:
                c.send(line.encode())
                f.write('管理员: ' + line)
        else:
            data = r.recv(1024)
            if not data:
                clients.remove(r)
                r.close()
                continue
            f.write('客户端: ' + data.decode() + '\n')
