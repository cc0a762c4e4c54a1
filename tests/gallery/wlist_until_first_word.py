# expect: fail rests-when-idle
# finding: writable-is-ready
# cause: A new client stays in wlist until it speaks: the server spins while any is silent.

import select, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist, wlist = [s, sys.stdin], []
welcomed = set()
f = open('log.txt', 'a', encoding='utf-8', buffering=1)
while True:
    rs, ws, xs = select.select(rlist, wlist, [])
    for w in ws:
        if w not in welcomed:
            w.send('欢迎\n'.encode())
            welcomed.add(w)
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
            wlist.append(c)
        elif r is sys.stdin:
            f.write('终端: ' + r.readline())
        else:
            data = r.recv(1024)
            if r in wlist:
                wlist.remove(r)
            if not data:
                rlist.remove(r)
                welcomed.discard(r)
                r.close()
                continue
            f.write('客户端: ' + data.decode() + '\n')
