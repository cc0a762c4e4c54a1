# expect: fail waits-in-select, rests-when-idle
# finding: no-select
# cause: It calls non-blocking accept, recv and read in an endless loop without any pause or
#   select.

import os
import sys
from socket import *

os.set_blocking(sys.stdin.fileno(), False)
s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
s.setblocking(False)
log = open('log.txt', 'a')
conns = []


def write(msg):
    log.write(msg)
    log.flush()


while True:
    try:
        conn, addr = s.accept()
        conn.setblocking(False)
        conns.append(conn)
        print('新连接', addr)
    except BlockingIOError:
        pass
    try:
        msg = os.read(0, 4096).decode()
        if msg:
            write('终端: ' + msg)
    except BlockingIOError:
        pass
    for conn in conns:
        try:
            data = conn.recv(1024)
            if data:
                write('客户端: ' + data.decode() + '\n')
            else:
                conn.close()
                conns.remove(conn)
                break
        except BlockingIOError:
            pass
