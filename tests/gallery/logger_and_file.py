# expect: fail one-log
# finding: separate-logs
# cause: Clients are logged by the logging module into server.log, typed lines by hand into
#   input.txt.

import logging
import select
import sys
from socket import socket, SOL_SOCKET, SO_REUSEADDR

logging.basicConfig(filename='server.log', level=logging.DEBUG,
                    format='%(asctime)s %(message)s', encoding='utf-8')


def write_input(text):
    with open('input.txt', 'a', encoding='utf-8') as f:
        f.write(text)


sk = socket()
sk.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
sk.bind(('127.0.0.1', 8081))
sk.listen()
rlist = [sk, sys.stdin]
while True:
    rl, _, _ = select.select(rlist, [], [])
    for i in rl:
        if i is sk:
            conn, addr = i.accept()
            rlist.append(conn)
            logging.debug('新连接 %s', addr)
        elif i is sys.stdin:
            write_input(i.readline())
        else:
            msg = i.recv(1024)
            if msg == b'':
                logging.debug('断开连接')
                rlist.remove(i)
                i.close()
                continue
            logging.debug('收到 %s', msg.decode())
            i.send(msg)
