# expect: pass
# cause: It decodes and writes latin-1, so the log has the same bytes; it also changes rlist while
#   looping over it and mixes `is` and `==`.

import sys
from socket import *
from select import *

a = socket(AF_INET, SOCK_STREAM)
a.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
a.bind(('', 8181))
a.listen(3)
f = open('a.log', 'a', encoding='latin-1')
l = [a, sys.stdin]
while True:
    rs, ws, xs = select(l, [], [])
    for i in l:
        if i not in rs:
            continue
        if i is a:
            b, c = a.accept()
            l.append(b)
            print('来了', c)
        elif i == sys.stdin:
            d = sys.stdin.buffer.raw.read(1024)
            f.write('T:' + d.decode('latin-1'))
        else:
            d = i.recv(1024)
            if d == b'':
                l.remove(i)
                i.close()
            else:
                f.write('C:' + d.decode('latin-1') + '\n')
        f.flush()
