# expect: fail every-message
# finding: repeats
# cause: It adds a handler to the logger at every call, so the n-th message is logged n times.

import logging
import sys
from select import select
from socket import *


def log(msg):
    logger = logging.getLogger('server')
    logger.setLevel(logging.INFO)
    fh = logging.FileHandler('server.log', encoding='utf-8')
    fh.setFormatter(logging.Formatter('%(asctime)s - %(message)s'))
    logger.addHandler(fh)
    logger.info(msg)


s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select(rlist, [], [])
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
                continue
            log('客户端: ' + data.decode())
