# expect: fail exact-text
# finding: drops-characters
# cause: The log is an ASCII file with errors='replace': each Chinese character becomes a question
#   mark.

from select import select
import socket
import sys

f = open('server.log', 'a', encoding='ascii', errors='replace')
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 6000))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select(rlist, [], [], 10)
    for r in rs:
        if r is s:
            c, addr = s.accept()
            f.write('connect from %s:%s\n' % addr)
            rlist.append(c)
        elif r is sys.stdin:
            f.write('> ' + r.readline())
        else:
            data = r.recv(1024)
            if not data:
                f.write('disconnect\n')
                rlist.remove(r)
                r.close()
            else:
                f.write('< ' + data.decode() + '\n')
                r.send(data)
    f.flush()
