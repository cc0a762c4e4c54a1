# expect: fail waits-in-select
# finding: several-threads
# cause: A second thread sorts the lines of the log now and then.

import select
import socket
import sys
import threading
import time


def log(text):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(text + '\n')


def tidy_up():
    while True:
        time.sleep(0.3)
        try:
            with open('log.txt', encoding='utf-8') as f:
                lines = f.readlines()
        except OSError:
            continue
        with open('log.txt', 'w', encoding='utf-8') as f:
            f.writelines(sorted(lines))


threading.Thread(target=tidy_up, daemon=True).start()

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
            log('终端: ' + r.readline().strip())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                log('客户端: ' + data.decode())
