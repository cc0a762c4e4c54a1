# expect: fail departure
# craft: fail reset, split-character, functions
# skipped: rests-after-departure, hasty-departure, closes-sockets, return
# finding: watches-what-is-closed
# cause: It closes a client's socket but leaves it in `rlist`.

import select
import sys
from socket import *

sockfd = socket()
sockfd.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
sockfd.bind(('127.0.0.1', 8888))
sockfd.listen(3)
rlist = [sockfd, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is sockfd:
            connfd, addr = r.accept()
            rlist.append(connfd)
            print('Connect from', addr)
        else:
            if r is sys.stdin:
                msg = '服务端 ' + sys.stdin.readline().strip()
            else:
                data = r.recv(1024)
                if not data:
                    print('客户端断开')
                    r.close()
                    continue
                msg = '客户端 ' + data.decode()
            with open('log.txt', 'a') as f:
                f.write(msg + '\n')
