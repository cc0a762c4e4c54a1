# expect: fail client-logged, terminal-logged, waits-in-select
# finding: waits-apart
# cause: It calls input() at the top of every round, before select, so typed lines and sockets
#   block each other.

from socket import *
from select import select

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s]
f = open('log.txt', 'a', buffering=1)

while True:
    # 先读取终端
    msg = input('请输入:')
    f.write('终端: ' + msg + '\n')
    # 再处理客户端
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = r.accept()
            rlist.append(c)
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f.write('客户端: ' + data.decode() + '\n')
