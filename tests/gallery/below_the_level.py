# expect: fail client-logged, terminal-logged
# finding: logging-level
# cause: It logs with logging.info, and logging drops what is below WARNING.

import logging
import select
import sys
from socket import *

logging.basicConfig(filename='server.log', format='%(asctime)s %(message)s')
s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
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
            logging.info('终端: ' + r.readline().strip())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            logging.info('客户端: ' + data.decode())
