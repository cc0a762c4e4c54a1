# expect: fail waits-in-select, rests-when-idle
# finding: writable-is-ready
# cause: Every client is put in wlist as well as in rlist when it is accepted.

import sys
from select import select
from socket import *


def main():
    s = socket()
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    s.bind(('127.0.0.1', 8888))
    s.listen(5)
    rlist, wlist, replies = [s, sys.stdin], [], []
    while True:
        rs, ws, xs = select(rlist, wlist, [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
                wlist.append(c)
            elif r is sys.stdin:
                write('terminal ' + input())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    wlist.remove(r)
                    r.close()
                    replies = [x for x in replies if x[0] is not r]
                    continue
                write('client ' + data.decode())
                replies.append((r, '收到'))
        for conn, text in replies[:]:
            if conn in ws:
                conn.send(text.encode())
                replies.remove((conn, text))


def write(text):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(text + '\n')


main()
