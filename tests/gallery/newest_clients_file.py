# expect: fail one-log
# finding: separate-logs
# cause: It begins a file named by the client's port at each accept, and writes all that comes from
#   then on into that one.

import select
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a')
rlist = [s, sys.stdin]

while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            conn, addr = s.accept()
            rlist.append(conn)
            f.close()
            f = open('log%d.txt' % addr[1], 'a')
        elif r is sys.stdin:
            line = sys.stdin.readline()
            if not line:
                rlist.remove(r)
                continue
            f.write('server: ' + line)
            f.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f.write('client: ' + data.decode() + '\n')
            f.flush()
