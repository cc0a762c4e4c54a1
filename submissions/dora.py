# expect: fail arrival-order
# craft: fail prompt, reset, split-character, functions
# finding: kept-until-exit
# cause: The log is opened twice, so it has two buffers.

from socket import *
from select import select
import sys


def do_client(r, rlist):
    data = r.recv(1024)
    if not data:
        rlist.remove(r)
        r.close()
        return
    f_client.write('客户端: ' + data.decode() + '\n')


def do_stdin():
    f_stdin.write('终端: ' + sys.stdin.readline())


f_client = open('log.txt', 'a')
f_stdin = open('log.txt', 'a')
s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            do_stdin()
        else:
            do_client(r, rlist)
