# expect: fail client-logged, terminal-logged
# finding: opens-with-w
# cause: A dictionary keeps the latest text of each source; it is written at exit.
import select
import socket
import sys
import atexit
msgs = {}

def save():
    with open('log.txt', 'w') as f:
        for k in msgs:
            f.write('%s: %s\n' % (k, msgs[k]))

atexit.register(save)
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
s.bind(('0.0.0.0', 8080))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = r.accept()
            rlist.append(c)
        elif r is sys.stdin:
            msgs['terminal'] = r.readline().strip()
        else:
            data = r.recv(1024)
            if data:
                msgs[r.getpeername()] = data.decode()
            else:
                rlist.remove(r)
                r.close()
