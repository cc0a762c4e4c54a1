# expect: fail one-log
# finding: separate-logs
# cause: Each client has a log file of its own, named by its port, and the terminal has another.

import os
import socket
import select
import sys


def log(name, text):
    if not os.path.exists('logs'):
        os.makedirs('logs')
    with open('logs/%s.txt' % name, 'a', encoding='utf-8') as f:
        f.write(text + '\n')


def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(5)
    clients = {}
    while True:
        rs, ws, xs = select.select([s, sys.stdin] + list(clients), [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                clients[c] = addr[1]
            elif r is sys.stdin:
                log('server', r.readline().strip())
            else:
                data = r.recv(1024)
                if data:
                    log(clients[r], data.decode())
                else:
                    clients.pop(r)
                    r.close()


main()
