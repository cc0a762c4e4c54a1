# expect: fail every-message, silent-client, newcomer
# finding: not-in-rlist
# cause: It removes the listening socket from rlist after the first accept, so the second client is
#   never accepted.

import sys
import socket
import select


def accept_client(s, rlist):
    conn, addr = s.accept()
    print('连接成功', addr)
    rlist.remove(s)      # 已经连接了，不用再监听
    rlist.append(conn)


def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('127.0.0.1', 8888))
    s.listen(5)
    rlist = [s, sys.stdin]
    log = open('log.txt', 'a', encoding='utf-8', buffering=1)
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                accept_client(s, rlist)
            elif r is sys.stdin:
                log.write('terminal: ' + r.readline())
            else:
                data = r.recv(1024)
                if data:
                    log.write('client: ' + data.decode() + '\n')
                else:
                    rlist.remove(r)
                    r.close()


main()
