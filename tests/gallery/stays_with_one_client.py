# expect: fail every-message, silent-client, newcomer, waits-in-select
# finding: second-recv
# cause: Once a client has spoken, an inner while loop receives from it until it leaves ("do not
#   hold the server for long").

import sys
from select import select
from socket import *

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a', buffering=1)
rlist = [s, sys.stdin]

while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            f.write('终端:' + r.readline())
        else:
            # 循环收发消息
            while True:
                data = r.recv(1024)
                if not data:
                    break
                f.write('客户端:' + data.decode() + '\n')
                r.send(b'OK')
            rlist.remove(r)
            r.close()
