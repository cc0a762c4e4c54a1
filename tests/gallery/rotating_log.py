# expect: pass
# cause: It logs through a RotatingFileHandler with a tiny maxBytes and so many backups that
#   nothing is ever lost.

import socket
import select
import sys
import logging
from logging.handlers import RotatingFileHandler

logger = logging.getLogger('server')
logger.setLevel(logging.DEBUG)
# 日志太大就切割
handler = RotatingFileHandler('server.log', maxBytes=256, backupCount=2000, encoding='utf-8')
handler.setFormatter(logging.Formatter('%(asctime)s - %(message)s'))
logger.addHandler(handler)

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('localhost', 9000))
server.listen(10)

inputs = [server, sys.stdin]
try:
    while True:
        readable, _, _ = select.select(inputs, [], [])
        for fd in readable:
            if fd is server:
                client, address = server.accept()
                inputs.append(client)
            elif fd is sys.stdin:
                logger.info('stdin: ' + fd.readline().rstrip())
            else:
                message = fd.recv(2048)
                if message:
                    logger.info('client: ' + message.decode('utf8'))
                    fd.sendall(message)
                else:
                    inputs.remove(fd)
                    fd.close()
except KeyboardInterrupt:
    print('bye')
finally:
    server.close()
