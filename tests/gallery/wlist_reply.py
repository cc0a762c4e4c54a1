# expect: pass
# cause: It uses wlist as in the lecture: a socket goes in when there is an answer to send, and out
#   once it is sent.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)

rlist = [s, sys.stdin]
wlist = []
xlist = [s]
log = open('server.log', 'a', 1)

while True:
    rs, ws, xs = select(rlist, wlist, xlist)
    for r in rs:
        if r is s:
            c, addr = r.accept()
            rlist.append(c)
        elif r is sys.stdin:
            log.write('stdin:' + sys.stdin.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                if r in wlist:
                    wlist.remove(r)
                r.close()
                ws = [w for w in ws if w is not r]
            else:
                log.write('client:' + data.decode() + '\n')
                # 主动处理，放入wlist
                if r not in wlist:
                    wlist.append(r)
    for w in ws:
        w.send('Thank you'.encode())
        wlist.remove(w)
    for x in xs:
        if x is s:
            s.close()
            sys.exit('服务器出错')
