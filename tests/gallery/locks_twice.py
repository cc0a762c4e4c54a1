# expect: fail client-logged
# finding: waits-for-a-lock
# cause: A client's message takes the lock, and so does the function that writes it: it waits for
#   itself.

import select
import sys
import threading
from socket import *

lock = threading.Lock()


def write_log(text):
    with lock:
        with open('log.txt', 'a') as f:
            f.write(text + '\n')


s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
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
            write_log('终端: ' + r.readline().strip())
        else:
            with lock:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                    continue
                write_log('客户端: ' + data.decode())
