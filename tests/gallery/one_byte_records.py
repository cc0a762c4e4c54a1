# expect: fail exact-text
# finding: small-recv
# cause: It reads a byte at a time and logs each as a record: no message is in one piece, so
#   nothing can be said about the order.

import socket, select, sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            with open('log.txt', 'ab') as f:
                f.write(sys.stdin.readline().encode())
        else:
            data = r.recv(1)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            with open('log.txt', 'ab') as f:
                f.write(data + b'\n')
