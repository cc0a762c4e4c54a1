# expect: pass
# cause: It uses the selectors module with callbacks and SelectSelector, which calls select.

import selectors
import socket
import sys

sel = selectors.SelectSelector()
logfile = open('selectors.log', 'a', encoding='utf-8', buffering=1)


def accept(sock):
    conn, addr = sock.accept()
    print('accepted', conn, 'from', addr)
    conn.setblocking(False)
    sel.register(conn, selectors.EVENT_READ, read)


def read(conn):
    data = conn.recv(1000)
    if data:
        logfile.write('client %r\n' % data.decode())
        conn.send(data)
    else:
        print('closing', conn)
        sel.unregister(conn)
        conn.close()


def typed(stdin):
    logfile.write('terminal %r\n' % stdin.readline().strip())


sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind(('localhost', 1234))
sock.listen(100)
sock.setblocking(False)
sel.register(sock, selectors.EVENT_READ, accept)
sel.register(sys.stdin, selectors.EVENT_READ, typed)

while True:
    events = sel.select()
    for key, mask in events:
        callback = key.data
        callback(key.fileobj)
