# expect: fail client-logged, waits-in-select
# finding: follow-the-text
# cause: A thread for each client prints its messages and never logs them; that it sits in recv is
#   no fault of a thread.

import threading
from socket import *

f = open('log.txt', 'a')


def client(c):
    while True:
        data = c.recv(1024)
        if not data:
            break
        print('收到:', data.decode())
    c.close()


def terminal():
    while True:
        f.write(input() + '\n')
        f.flush()


s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
threading.Thread(target=terminal, daemon=True).start()
while True:
    c, addr = s.accept()
    threading.Thread(target=client, args=(c,), daemon=True).start()
