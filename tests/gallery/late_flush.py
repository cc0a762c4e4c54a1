# expect: pass
# cause: The log is flushed only when nobody has spoken for 0.3 seconds.

import select
import socket
import sys

f = open('log.txt', 'a', encoding='utf-8')


def log(text):
    f.write(text + '\n')


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [], 0.3)
    if not rs:
        f.flush()
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            log('终端: ' + r.readline().strip())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                log('客户端: ' + data.decode())
