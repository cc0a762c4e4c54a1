# expect: pass
# cause: The log file itself goes into wlist when there is something to write, and out again
#   afterwards.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 7890))
s.listen(5)
f = open('log.txt', 'wb')

rlist = [s, sys.stdin]
wlist = []
messages = []      # 等待写入日志的消息

while True:
    rs, ws, xs = select(rlist, wlist, [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            messages.append(r.readline().strip().encode())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            messages.append(data)
    for w in ws:
        while messages:
            w.write(messages.pop(0) + b'\n')
        w.flush()
    # 有消息要写时才关注文件
    wlist = [f] if messages else []
