# expect: pass
# cause: The log goes into a folder beside the program, which exists on its author's computer.

import os, sys, select, socket, logging
# 项目根目录（目录结构: server.py  log/）
BASE_DIR = os.path.dirname(os.path.abspath(__file__))
LOG_FILE = os.path.join(BASE_DIR, 'log', 'server.log')
logging.basicConfig(filename=LOG_FILE, level=logging.INFO, format='%(asctime)s %(message)s')

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('0.0.0.0', 6666))
server.listen(5)
inputs = [server, sys.stdin]
while True:
    readable, _, _ = select.select(inputs, [], [])
    for r in readable:
        if r is server:
            conn, addr = r.accept()
            inputs.append(conn)
            logging.info('connect %s', addr)
        elif r is sys.stdin:
            logging.info('terminal: %s', r.readline().strip())
        else:
            data = r.recv(1024)
            if data:
                logging.info('client: %s', data.decode('utf-8'))
            else:
                inputs.remove(r)
                r.close()
