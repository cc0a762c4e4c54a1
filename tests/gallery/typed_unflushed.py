# expect: fail arrival-order
# finding: kept-until-exit
# cause: Typed lines go to a file that is never flushed; clients' messages are written at once.

import select
import socket
import sys


def log(text):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(text + '\n')


typed = open('log.txt', 'a', encoding='utf-8')


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            typed.write('终端: ' + r.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                log('客户端: ' + data.decode())
