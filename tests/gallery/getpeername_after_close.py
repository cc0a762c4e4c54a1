# expect: fail departure
# finding: uses-what-is-closed
# cause: It asks the closed socket for its address (to log the departure): an OSError, bad file
#   descriptor.

import socket
import select
import sys
import time


def log(*args):
    with open('server.log', 'a', encoding='utf-8') as f:
        print(time.strftime('%H:%M:%S'), *args, file=f)


def client_exit(conn, rlist):
    rlist.remove(conn)
    conn.close()
    log('客户端退出', conn.getpeername())


def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('', 8888))
    s.listen(5)
    rlist = [s, sys.stdin]
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                conn, addr = s.accept()
                log('客户端连接', addr)
                rlist.append(conn)
            elif r is sys.stdin:
                log('终端', r.readline().strip())
            else:
                data = r.recv(1024)
                if data:
                    log('客户端', r.getpeername(), data.decode())
                else:
                    client_exit(r, rlist)


main()
