# expect: fail every-message, newcomer
# finding: drops-client
# cause: It counts its clients and closes the connection of the third one.
from socket import *
from select import select
import sys
s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 5555))
s.listen(5)
rlist = [s, sys.stdin]
f = open('mylog.txt', 'a', encoding='utf-8')
n = 0
while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, a = s.accept()
            n += 1
            if n > 2:
                print('too many')
                c.close()
                continue
            rlist.append(c)
        elif r is sys.stdin:
            f.write(sys.stdin.readline())
            f.flush()
        else:
            d = r.recv(1024)
            if d:
                f.write(d.decode() + '\n')
                f.flush()
            else:
                rlist.remove(r)
                r.close()
