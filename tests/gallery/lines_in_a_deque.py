# expect: fail terminal-order, arrival-order
# finding: kept-until-exit
# cause: Typed lines are put into a deque with appendleft and written from the left at exit.

from collections import deque
from select import select
from socket import *
import sys


def write(text, filename='server.log'):
    with open(filename, 'a') as f:
        f.write(text + '\n')


queue = deque()
s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('localhost', 8887))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    try:
        rs, ws, xs = select(rlist, [], [], 2)
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
            elif r is sys.stdin:
                queue.appendleft(input())
            else:
                data = r.recv(1024)
                if data:
                    write('client ' + data.decode())
                else:
                    rlist.remove(r)
                    r.close()
    except KeyboardInterrupt:
        print('正在保存...')
        for line in queue:
            write('stdin ' + line)
        break
