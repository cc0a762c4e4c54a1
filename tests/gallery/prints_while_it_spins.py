# expect: fail waits-in-select, rests-when-idle
# finding: timeout-of-zero
# cause: select has a timeout of 0, and each turn prints a line: it spins, and now and then it sleeps
#   until its output is read.

from socket import *
import select
import sys

s = socket(AF_INET, SOCK_STREAM)
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
f = open('log.txt', 'a', buffering=1)
while True:
    print('正在等待客户端或者终端的输入……')
    rs, ws, xs = select.select(rlist, [], [], 0)
    for r in rs:
        if r is s:
            c, addr = s.accept()
            print('连接', addr)
            rlist.append(c)
        elif r is sys.stdin:
            f.write('终端 ' + sys.stdin.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                f.write('客户端 ' + data.decode() + '\n')
