# expect: fail terminal-logged
# craft: fail reset, hasty-departure, split-character, functions
# skipped: one-log, every-message, own-record, client-order, terminal-order, arrival-order,
#   end-of-typing
# finding: not-in-rlist
# cause: It never watches the terminal.

from socket import *
from select import select

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(3)

rlist = [s]
wlist = []
xlist = [s]

while True:
    print('++++++++++++++++++++')
    rs, ws, xs = select(rlist, wlist, xlist)
    print('--------------------')
    for r in rs:
        if r is s:
            c, addr = r.accept()
            print('Connect from', addr)
            rlist.append(c)
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f = open('log.txt', 'a')
            f.write(data.decode() + '\n')
            f.close()
            wlist.append(r)
    for w in ws:
        w.send(b'OK,thanks')
        wlist.remove(w)
    for x in xs:
        if x is s:
            s.close()
