# expect: pass
# cause: Its sockets do not block, and select has a timeout, after which it prints that nothing
#   arrived.

import socket
import select
import sys

sockfd = socket.socket()
sockfd.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sockfd.bind(('127.0.0.1', 8888))
sockfd.listen(5)
sockfd.setblocking(False)

rlist = [sockfd, sys.stdin]
with open('log.txt', 'a', encoding='utf-8') as log:
    while True:
        rs, ws, xs = select.select(rlist, [], [], 0.5)
        if rs == []:
            print('等待中......')
            log.flush()      # 闲的时候再刷新
        for r in rs:
            if r is sockfd:
                try:
                    conn, addr = sockfd.accept()
                except BlockingIOError:
                    continue
                conn.setblocking(False)
                rlist.append(conn)
            elif r is sys.stdin:
                log.write('终端 ' + sys.stdin.readline().strip() + '\n')
            else:
                try:
                    data = r.recv(1024)
                except BlockingIOError:
                    continue
                except ConnectionResetError:
                    data = b''
                if not data:
                    rlist.remove(r)
                    r.close()
                    continue
                log.write('客户端 ' + data.decode() + '\n')
