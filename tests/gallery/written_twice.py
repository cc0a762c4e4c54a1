# expect: fail every-message
# finding: repeats
# cause: Both handle() and its caller write the client's message, so each is logged twice.

import sys
from socket import *
from select import select


def write_log(f, text):
    f.write(text + '\n')
    f.flush()


def handle(conn, f):
    data = conn.recv(1024)
    if data:
        write_log(f, data.decode())
    return data.decode()


def main():
    s = socket()
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    s.bind(('127.0.0.1', 8888))
    s.listen(5)
    f = open('log.txt', 'a')
    rlist = [s, sys.stdin]
    while True:
        rs, ws, xs = select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
            elif r is sys.stdin:
                write_log(f, r.readline().strip())
            else:
                msg = handle(r, f)
                if msg:
                    write_log(f, msg)
                else:
                    rlist.remove(r)
                    r.close()


main()
