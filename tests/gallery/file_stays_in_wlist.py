# expect: fail waits-in-select, rests-when-idle
# finding: writable-is-ready
# cause: The log file is always in wlist, and a file on disk is always ready.

import select
import socket
import sys

sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind(('127.0.0.1', 9000))
sock.listen(5)
log = open('log.txt', 'w')
rlist = [sock, sys.stdin]
wlist = [log]
lines = []

while True:
    rs, ws, xs = select.select(rlist, wlist, [])
    for r in rs:
        if r is sock:
            c, addr = sock.accept()
            rlist.append(c)
        elif r is sys.stdin:
            lines.append('stdin ' + sys.stdin.readline().strip())
        else:
            data = r.recv(1024)
            if data:
                lines.append('client ' + data.decode())
            else:
                rlist.remove(r)
                r.close()
    for w in ws:
        while lines:
            w.write(lines.pop(0) + '\n')
        w.flush()
