# expect: pass
# cause: It opens the terminal by its path, /dev/tty, and watches that in place of stdin.

import select
import socket

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
tty = open('/dev/tty')
rlist = [s, tty]
f = open('log.txt', 'a', encoding='utf-8', buffering=1)
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is tty:
            f.write('终端 ' + tty.readline())
        else:
            d = r.recv(1024)
            if d:
                f.write('客户端 ' + d.decode() + '\n')
            else:
                rlist.remove(r)
                r.close()
