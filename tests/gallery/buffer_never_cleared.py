# expect: fail every-message, own-record
# finding: buffer-not-emptied
# cause: The buffer is never emptied, so each record contains all earlier ones.

import select, socket, sys
buf = {}
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        with open('log.txt', 'a', encoding='utf-8') as f:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
                buf[c] = ''
            elif r is sys.stdin:
                f.write('终端: ' + sys.stdin.readline())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    del buf[r]
                    r.close()
                    continue
                buf[r] += data.decode()
                f.write('客户端: ' + buf[r] + '\n')
