# expect: fail waits-in-select
# finding: other-multiplexer
# cause: It uses epoll, through selectors.DefaultSelector, instead of select and is otherwise
#   correct (it passes if the teacher accepts epoll or selectors).

import selectors
import socket
import sys

sel = selectors.DefaultSelector()


def log(text):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(text + '\n')


def on_accept(sock):
    conn, addr = sock.accept()
    sel.register(conn, selectors.EVENT_READ, on_read)


def on_read(conn):
    data = conn.recv(1024)
    if data:
        log('client: ' + data.decode())
    else:
        sel.unregister(conn)
        conn.close()


def on_stdin(stdin):
    line = stdin.readline()
    if not line:
        sel.unregister(stdin)
        return
    log('stdin: ' + line.strip())


server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('127.0.0.1', 9000))
server.listen(5)
sel.register(server, selectors.EVENT_READ, on_accept)
sel.register(sys.stdin, selectors.EVENT_READ, on_stdin)
while True:
    for key, _ in sel.select():
        key.data(key.fileobj)
