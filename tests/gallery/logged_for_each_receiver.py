# expect: fail every-message
# finding: repeats
# cause: A chat server that writes the log inside the loop over receivers: with three clients each
#   message is logged three times.

import socket
import select
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
clients = []
f = open('chat.log', 'a', encoding='utf-8')

while True:
    rs, ws, xs = select.select([s, sys.stdin] + clients, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            clients.append(c)
        elif r is sys.stdin:
            line = r.readline().strip()
            f.write('管理员: ' + line + '\n')
            for c in clients:
                c.send(('管理员: ' + line).encode())
        else:
            data = r.recv(1024)
            if not data:
                clients.remove(r)
                r.close()
                continue
            # 转发给所有人
            for c in clients:
                c.send(data)
                f.write('群聊: ' + data.decode() + '\n')
        f.flush()
