# expect: pass
# cause: It asks for its port before it listens; Enter accepts the default.

import select
import socket
import sys

port = input('请输入端口号(默认8888):')
port = int(port) if port.strip() else 8888
s = socket.socket()
s.bind(('0.0.0.0', port))
s.listen(5)
rlist = [s, sys.stdin]
f = open('log.txt', 'a')
while True:
    rs, _, _ = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            rlist.append(s.accept()[0])
        elif r is sys.stdin:
            f.write(input() + '\n')
        else:
            d = r.recv(1024)
            if d:
                f.write(d.decode() + '\n')
            else:
                rlist.remove(r)
                r.close()
    f.flush()
