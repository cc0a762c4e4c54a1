# expect: fail starts
# finding: asks-before-listening
# cause: It asks for the port with input() before it listens, and nobody answers.

import socket
import sys
from select import select

ip = '0.0.0.0'
port = int(input('请输入端口号:'))

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((ip, port))
s.listen(5)
print('服务器启动成功')
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, a = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            with open('log.txt', 'a') as f:
                f.write(input() + '\n')
        else:
            msg = r.recv(1024).decode()
            if msg == '':
                rlist.remove(r)
                r.close()
            else:
                with open('log.txt', 'a') as f:
                    f.write(msg + '\n')
