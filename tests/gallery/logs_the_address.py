# expect: fail client-logged
# finding: follow-the-text
# cause: Each record has the sender's address but not the text.

from socket import *
from select import select
import sys
import time

sockfd = socket()
sockfd.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
sockfd.bind(('0.0.0.0', 8000))
sockfd.listen(5)
log = open('server.log', 'a', buffering=1)
rlist = [sockfd, sys.stdin]

while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is sockfd:
            connfd, addr = r.accept()
            rlist.append(connfd)
            log.write('%s %s 连接\n' % (time.ctime(), addr))
        elif r is sys.stdin:
            log.write('%s 终端 %s\n' % (time.ctime(), r.readline().strip()))
        else:
            data = r.recv(1024)
            if not data:
                log.write('%s 断开\n' % time.ctime())
                rlist.remove(r)
                r.close()
            else:
                msg = data.decode()
                log.write('%s 收到客户端 %s 的消息\n' % (time.ctime(), r.getpeername()))
                r.send('收到'.encode())
