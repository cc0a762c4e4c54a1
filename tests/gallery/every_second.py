# expect: fail client-logged, terminal-logged
# finding: loses-messages
# cause: It counts the messages and writes only every second one.

import sys
import select
import socket

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a', buffering=1)
rlist = [s, sys.stdin]
n = 0
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            line = sys.stdin.readline()
            n += 1
            if n % 2 == 0:
                f.write('终端: ' + line)
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            n += 1
            # 攒够两条再写，减少磁盘IO
            if n % 2 == 0:
                f.write('客户端: ' + data.decode() + '\n')
