# expect: fail arrival-order
# finding: kept-until-exit
# cause: Clients are logged at once, typed lines (in their order) only at exit.

import select
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 8888))
s.listen(5)
typed = ''
rlist = [s, sys.stdin]
with open('log.txt', 'a', encoding='utf-8') as f:
    try:
        while True:
            rs, ws, xs = select.select(rlist, [], [])
            for r in rs:
                if r is s:
                    c, addr = s.accept()
                    rlist.append(c)
                elif r is sys.stdin:
                    typed += '[stdin] ' + sys.stdin.readline()
                else:
                    data = r.recv(1024)
                    if not data:
                        rlist.remove(r)
                        r.close()
                        continue
                    print('[client]', data.decode(), file=f, flush=True)
    finally:
        f.write(typed)
