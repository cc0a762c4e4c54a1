# expect: fail waits-in-select
# finding: no-select
# cause: It tries non-blocking sockets one after another with time.sleep in between, without
#   select.

import os
import socket
import time

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
s.setblocking(False)
os.set_blocking(0, False)
clients = []
f = open('log.txt', 'ab', 0)

while True:
    # 有没有新连接
    try:
        c, addr = s.accept()
        c.setblocking(False)
        clients.append(c)
    except BlockingIOError:
        pass
    # 有没有终端输入
    try:
        line = os.read(0, 1024)
        if line:
            f.write(b'stdin: ' + line)
    except BlockingIOError:
        pass
    # 有没有客户端消息
    for c in clients[:]:
        try:
            data = c.recv(1024)
        except BlockingIOError:
            continue
        if not data:
            clients.remove(c)
            c.close()
        else:
            f.write(b'client: ' + data + b'\n')
    time.sleep(0.1)
