# expect: pass
# cause: It calls three selects in turn, each with a timeout, one of them on a list that may be
#   empty.

# 三个select轮流, 各等0.1秒
import socket, select, sys
sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
sock.bind(('0.0.0.0', 7777))
sock.listen()
clients = []
log = open('log', 'ab', 0)
while True:
    r, w, x = select.select([sock], [], [], 0.1)
    if r:
        c, a = sock.accept()
        clients.append(c)
    r, w, x = select.select(clients, [], [], 0.1)
    for c in r:
        d = c.recv(2048)
        if d:
            log.write(b'client: ' + d + b'\n')
        else:
            clients.remove(c)
            c.close()
    r, w, x = select.select([sys.stdin], [], [], 0.1)
    if r:
        log.write(b'stdin: ' + sys.stdin.readline().encode())
