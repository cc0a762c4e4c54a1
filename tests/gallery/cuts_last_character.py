# expect: fail exact-text
# finding: alters-text
# cause: [:-1] removes the newline of typed lines, but also the last character of clients' texts,
#   which have no newline.

import socket
import select
import sys


def log(f, who, text):
    # 去掉最后的换行
    f.write(who + ':' + text[:-1] + '\n')
    f.flush()


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a')
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            log(f, 'server', r.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            log(f, 'client', data.decode())
