# expect: pass
# cause: It has a table of handlers instead of if/elif, uses pathlib, closes the log through
#   atexit, and select has a timeout of 3 seconds.

import atexit
import select
import socket
import sys
from pathlib import Path

handlers = {}
folder = Path('logs')
folder.mkdir(exist_ok=True)
log = (folder / 'server.log').open('a', encoding='utf-8')
atexit.register(log.close)


def on_new(server):
    conn, addr = server.accept()
    handlers[conn] = on_data
    log.write('+ %s:%s\n' % addr)


def on_data(conn):
    data = conn.recv(1024)
    if data:
        log.write('客户端> ' + data.decode().strip() + '\n')
        conn.send(b'OK\n')
    else:
        handlers.pop(conn)
        conn.close()
        log.write('- 离开\n')


def on_line(stdin):
    line = stdin.readline()
    if line:
        log.write('终端> ' + line.strip() + '\n')
    else:
        handlers.pop(stdin)


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('', 3000))
server.listen()
handlers[server] = on_new
handlers[sys.stdin] = on_line

try:
    while True:
        for fd in select.select(list(handlers), [], [], 3)[0]:
            handlers[fd](fd)
except KeyboardInterrupt:
    print('结束')
