# expect: fail rests-when-idle
# finding: writable-is-ready
# cause: Clients to whom a message was passed on stay in wlist: it spins as soon as there are two.

import select, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist, wlist, out = [s, sys.stdin], [], {}


def log(text):
    with open('chat.log', 'a', encoding='utf-8') as f:
        f.write(text + "\n")


while True:
    rs, ws, xs = select.select(rlist, wlist, [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
            out[c] = b''
        elif r is sys.stdin:
            log('管理员: ' + r.readline().strip())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                if r in wlist:
                    wlist.remove(r)
                del out[r]
                r.close()
                continue
            log('用户: ' + data.decode())
            for c in out:
                if c is not r:
                    out[c] += data
                    if c not in wlist:
                        wlist.append(c)
    for w in ws:
        if w in out and out[w]:
            w.send(out[w])
            out[w] = b''
