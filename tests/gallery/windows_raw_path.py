# expect: pass
# cause: The log's name is a Windows path with backslashes; it sets no SO_REUSEADDR and calls
#   listen(1).

import sys
from socket import *
from select import select

path = r'C:\Users\tarena\Desktop\server_log.txt'
tcp = socket(AF_INET, SOCK_STREAM)
tcp.bind(('0.0.0.0', 8001))
tcp.listen(1)
f = open(path, 'ab')

rlist = [tcp]
rlist.append(sys.stdin)
while True:
    rs, ws, xs = select(rlist, [], [], 5)
    if not rs:
        # 超时，没有事情发生
        continue
    for r in rs:
        if r is tcp:
            connfd, addr = tcp.accept()
            rlist.append(connfd)
            print('>>> 新连接', addr)
            continue
        if r is sys.stdin:
            line = sys.stdin.readline()
            f.write(b'stdin ' + line.encode())
            f.flush()
            continue
        data = r.recv(1024)
        if data == b'':
            rlist.remove(r)
            r.close()
            continue
        f.write(b'client ' + data + b'\n')
        f.flush()
