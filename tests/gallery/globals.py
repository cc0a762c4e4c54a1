# expect: pass
# craft: fail functions
# cause: Its functions have no parameters: everything they use is global.

import sys
import time
from codecs import getincrementaldecoder
from select import select
from socket import *

s = socket()
f = open('server.log', 'a', encoding='utf-8')
clients = {}
count = 0


def start():
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(100)


def log(text):
    global count
    count += 1
    f.write('%d %s %s\n' % (count, time.ctime(), text))
    f.flush()


def accept():
    c, addr = s.accept()
    clients[c] = getincrementaldecoder('utf-8')('replace')


def recv(c):
    try:
        data = c.recv(1024)
    except ConnectionError:
        data = b''
    if not data:
        del clients[c]
        c.close()
        return
    text = clients[c].decode(data)
    if text:
        log('client ' + text)


def run():
    global stdin
    stdin = [sys.stdin]
    while True:
        rs, ws, xs = select([s] + stdin + list(clients), [], [])
        for r in rs:
            if r is s:
                accept()
            elif r is sys.stdin:
                line = sys.stdin.readline()
                if line:
                    log('terminal ' + line[:-1])
                else:
                    stdin = []
            else:
                recv(r)


start()
try:
    run()
except KeyboardInterrupt:
    f.close()
