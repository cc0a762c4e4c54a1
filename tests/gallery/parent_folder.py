# expect: pass
# cause: The log goes into a folder beside the current one, ../log, which the program does not
#   create.

from socket import *
from select import select
import sys

# 日志放在上一级的log文件夹里
LOG = '../log/server.log'

s = socket(AF_INET, SOCK_STREAM)
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('', 9999))
s.listen(5)
inputs = [s, sys.stdin]
while True:
    r, w, e = select(inputs, [], [])
    for i in r:
        if i == s:
            conn, addr = i.accept()
            print('连接', addr)
            inputs.append(conn)
        elif i == sys.stdin:
            line = sys.stdin.readline()
            with open(LOG, 'ab') as f:
                f.write(line.encode())
        else:
            data = i.recv(4096)
            if data == b'':
                inputs.remove(i)
                i.close()
            else:
                with open(LOG, 'ab') as f:
                    f.write(data + b'\n')
