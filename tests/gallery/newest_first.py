# expect: fail client-order, terminal-order, arrival-order
# finding: newest-on-top
# cause: Each new record is written in front of the old content, so the log reads from bottom to
#   top.

import os
import sys
import socket
import select

LOG = 'log.txt'


def write_log(msg):
    """最新的消息放在最上面"""
    old = ''
    if os.path.exists(LOG):
        with open(LOG, 'r', encoding='utf-8') as f:
            old = f.read()
    with open(LOG, 'w', encoding='utf-8') as f:
        f.write(msg + '\n' + old)


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
            write_log('终端: ' + r.readline().strip())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            write_log('客户端: ' + data.decode())
