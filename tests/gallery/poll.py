# expect: fail waits-in-select
# finding: other-multiplexer
# cause: It uses poll instead of select and is otherwise correct (it passes if the teacher accepts
#   poll).

from socket import *
from select import *
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(3)
f = open('log.txt', 'a')

p = poll()
fdmap = {s.fileno(): s, sys.stdin.fileno(): sys.stdin}
p.register(s, POLLIN | POLLERR)
p.register(sys.stdin, POLLIN)

while True:
    events = p.poll()
    for fd, event in events:
        if fd == s.fileno():
            c, addr = fdmap[fd].accept()
            print('Connect from', addr)
            p.register(c, POLLIN | POLLHUP)
            fdmap[c.fileno()] = c
        elif fd == sys.stdin.fileno():
            f.write('终端:' + sys.stdin.readline())
            f.flush()
        elif event & POLLIN:
            data = fdmap[fd].recv(1024)
            if not data:
                p.unregister(fd)
                fdmap[fd].close()
                del fdmap[fd]
                continue
            f.write('客户端:' + data.decode() + '\n')
            f.flush()
            fdmap[fd].send(b'OK')
