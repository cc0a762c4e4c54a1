# expect: fail starts
# finding: not-listening
# cause: It never calls listen(): accept raises immediately (an unconnected TCP socket is "ready").

import socket
import select
import sys


def create(host='0.0.0.0', port=9999):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((host, port))
    return s


def main():
    s = create()
    rlist = [s, sys.stdin]
    f = open('server.log', 'w')
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                conn, addr = s.accept()
                rlist.append(conn)
            elif r is sys.stdin:
                f.write('终端:' + r.readline())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                    continue
                f.write('客户端:' + data.decode() + '\n')


main()
