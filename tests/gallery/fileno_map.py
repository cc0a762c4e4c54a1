# expect: pass
# cause: It passes file descriptor numbers to select and maps them to sockets, reads with
#   os.read(0, ...) and writes a binary log.

import os
import socket
import select

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 9527))
s.listen(5)

fdmap = {s.fileno(): s}
log = open('binary.log', 'ab', 0)


def handle(fd):
    if fd == 0:
        line = os.read(0, 1024)
        if line:
            log.write(b'[stdin] ' + line)
    elif fd == s.fileno():
        c, addr = s.accept()
        fdmap[c.fileno()] = c
        log.write(b'[connect] %s:%d\n' % (addr[0].encode(), addr[1]))
    else:
        data = fdmap[fd].recv(1024)
        if data:
            log.write(b'[%d] ' % fd + data + b'\n')
            fdmap[fd].send(b'got it')
        else:
            log.write(b'[close] %d\n' % fd)
            fdmap.pop(fd).close()


while True:
    rs, ws, xs = select.select([0] + list(fdmap), [], [])
    for fd in rs:
        handle(fd)
