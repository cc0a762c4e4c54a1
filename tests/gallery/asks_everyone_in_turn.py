# expect: fail every-message, silent-client, newcomer
# finding: blocks
# cause: Whenever anything but the listener or stdin is ready, it receives from every client in
#   turn, ready or not.

import select
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
clients = []
f = open('log.txt', 'a')

while True:
    rs, ws, xs = select.select([s, sys.stdin] + clients, [], [])
    if s in rs:
        c, addr = s.accept()
        clients.append(c)
    elif sys.stdin in rs:
        f.write('终端:' + sys.stdin.readline())
        f.flush()
    else:
        for c in clients[:]:
            data = c.recv(1024)
            if not data:
                clients.remove(c)
                c.close()
                continue
            f.write('客户端:' + data.decode() + '\n')
            f.flush()
