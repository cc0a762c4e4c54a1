# expect: pass
# cause: It binds the IPv6 address that the student's own computer has from the campus network.

import select
import socket
import sys

ADDR = ('2001:da8:215:3c01::2f7', 6666)

server = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(ADDR)
server.listen(3)
inputs = [server, sys.stdin]
log = open('chat.log', 'ab', buffering=0)

while True:
    readable, _, _ = select.select(inputs, [], [])
    for each in readable:
        if each is server:
            client, address = server.accept()
            inputs.append(client)
        elif each is sys.stdin:
            log.write(sys.stdin.readline().encode())
        else:
            try:
                data = each.recv(1024)
            except ConnectionError:
                data = b''
            if not data:
                inputs.remove(each)
                each.close()
                continue
            log.write(data + b'\n')
