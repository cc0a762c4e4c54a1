# expect: pass
# cause: select has a timeout of a tenth of a millisecond: it wakes constantly, and sleeps
#   each time.

import select, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
f = open('log.txt', 'a', encoding='utf-8', buffering=1)
while True:
    rs, ws, xs = select.select(rlist, [], [], 0.0001)
    for r in rs:
        if r is s:
            rlist.append(s.accept()[0])
        elif r is sys.stdin:
            f.write('终端 ' + r.readline())
        else:
            d = r.recv(1024)
            if d:
                f.write('客户端 ' + d.decode() + '\n')
            else:
                rlist.remove(r)
                r.close()
