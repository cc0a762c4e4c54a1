# expect: fail client-logged, terminal-logged
# finding: written-with-the-next
# cause: Each message is written only when the next one comes, so the last one never is.

import select
import socket
import sys


def write(text):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(text + '\n')


last = ''


def log(text):
    global last
    if last:
        write(last)
    last = text


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
            log('终端: ' + r.readline().strip())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                log('客户端: ' + data.decode())
