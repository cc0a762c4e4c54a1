# expect: pass
# cause: It listens on the IPv6 address '::'.

import socket
import select
import sys

s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('::', 8866))
s.listen(5)
clients = {}
with open('ipv6.log', 'w', encoding='utf-8') as f:
    while True:
        rs, ws, xs = select.select([s, sys.stdin, *clients], [], [])
        if s in rs:
            c, addr = s.accept()
            clients[c] = addr[:2]
            print('新客户端', addr)
        if sys.stdin in rs:
            print('终端', sys.stdin.readline().strip(), sep=': ', file=f, flush=True)
        for c in list(clients):
            if c in rs:
                data = c.recv(1024)
                if data:
                    print(clients[c], data.decode(), sep=': ', file=f, flush=True)
                else:
                    del clients[c]
                    c.close()
