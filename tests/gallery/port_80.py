# expect: pass
# cause: It listens on port 80, which on Linux only root may do, and on Windows anybody.

import select
import socket
import sys

def log(who, msg):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(who + ':' + msg + '\n')


def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 80))
    s.listen(5)
    rlist = [s, sys.stdin]
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
            elif r is sys.stdin:
                log('终端', sys.stdin.readline().strip())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                else:
                    log('客户端', data.decode())

main()
