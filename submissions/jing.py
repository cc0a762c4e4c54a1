# expect: fail waits-in-select
# craft: fail split-character, functions
# finding: several-threads
# cause: It uses threads instead of `select`.

import threading
from socket import *

lock = threading.Lock()


def write_log(text):
    with lock:
        with open('log.txt', 'a', encoding='utf-8') as f:
            f.write(text + '\n')


def handle_client(conn, addr):
    while True:
        data = conn.recv(1024)
        if not data:
            break
        write_log('%s: %s' % (addr, data.decode()))
        conn.send(b'ok')
    conn.close()


def handle_terminal():
    while True:
        try:
            text = input()
        except EOFError:
            break
        write_log('终端: ' + text)


s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
t = threading.Thread(target=handle_terminal, daemon=True)
t.start()
while True:
    c, addr = s.accept()
    t = threading.Thread(target=handle_client, args=(c, addr), daemon=True)
    t.start()
