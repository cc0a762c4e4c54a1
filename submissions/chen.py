# expect: fail waits-in-select, rests-when-idle
# craft: fail reset, split-character, functions
# skipped: rests-after-departure
# finding: writable-is-ready
# cause: A client that was answered stays in `wlist`, so `select` never waits again.

import socket
import select
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
wlist = []
answers = {}
f = open('log.txt', 'a')

while True:
    rs, ws, xs = select.select(rlist, wlist, [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            f.write('终端:' + r.readline())
            f.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                if r in wlist:
                    wlist.remove(r)
                if r in ws:
                    ws.remove(r)
                answers.pop(r, None)
                r.close()
                continue
            f.write('客户端:' + data.decode() + '\n')
            f.flush()
            answers[r] = b'OK'
            if r not in wlist:
                wlist.append(r)
    for w in ws:
        if w in answers:
            w.send(answers.pop(w))
