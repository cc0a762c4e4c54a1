# expect: pass
# cause: It uses the logging module, with one FileHandler made by basicConfig.

import logging
import sys
from socket import *
from select import *

logging.basicConfig(filename='chat.log', level=logging.INFO, encoding='utf-8',
                    format='%(asctime)s %(levelname)s: %(message)s')

HOST = '0.0.0.0'
PORT = 6666

sockfd = socket(AF_INET, SOCK_STREAM)
sockfd.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
sockfd.bind((HOST, PORT))
sockfd.listen(5)
logging.info('服务器启动 %s:%s', HOST, PORT)

rlist = [sockfd, sys.stdin]
while True:
    try:
        rs, ws, xs = select(rlist, [], [])
    except KeyboardInterrupt:
        logging.warning('服务器退出')
        break
    for r in rs:
        if r is sockfd:
            connfd, addr = r.accept()
            logging.info('连接: %s', addr)
            rlist.append(connfd)
        elif r is sys.stdin:
            logging.info('终端输入: %s', sys.stdin.readline().strip())
        else:
            data = r.recv(1024).decode()
            if data == '':
                rlist.remove(r)
                r.close()
            else:
                logging.info('%s: %s', r.getpeername(), data)
