# expect: fail terminal-logged
# finding: terminal-as-socket
# cause: It calls recv on sys.stdin, like on a client's socket: an AttributeError at the first
#   typed line.

import sys
from socket import *
from select import select


def get_message(r):
    return r.recv(1024).decode()


def main(addr, filename):
    s = socket()
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    s.bind(addr)
    s.listen(5)
    rlist = [s, sys.stdin]
    while True:
        rs, ws, xs = select(rlist, [], [])
        for r in rs:
            if r is s:
                c, _ = r.accept()
                rlist.append(c)
                continue
            msg = get_message(r)
            if not msg:
                rlist.remove(r)
                r.close()
                continue
            # 客户端和终端都写进日志
            with open(filename, 'a') as f:
                f.write(msg + '\n')


main(('127.0.0.1', 8888), 'log.txt')
