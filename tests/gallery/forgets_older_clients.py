# expect: fail every-message, silent-client
# finding: drops-client
# cause: It rebuilds rlist with the newest client only; older ones are forgotten (and closed when
#   the variable is reused).

import sys
import socket
from select import select

sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind(('0.0.0.0', 8888))
sock.listen(5)
log = open('log.txt', 'a', buffering=1, encoding='utf-8')
conn = None
rlist = [sock, sys.stdin]
while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is sock:
            conn, addr = sock.accept()
            print('客户端上线', addr)
            rlist = [sock, sys.stdin, conn]
        elif r is sys.stdin:
            log.write('键盘 ' + sys.stdin.readline())
        elif r is conn:
            data = conn.recv(1024)
            if data:
                log.write('网络 ' + data.decode() + '\n')
            else:
                conn.close()
                rlist = [sock, sys.stdin]
