# expect: fail waits-in-select
# finding: serves-unwatched
# cause: select watches sockets only: at each timeout it tries to read the terminal, which does not
#   block.

import os
import select
import socket

os.set_blocking(0, False)
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s]
f = open('log.txt', 'ab', 0)
while True:
    rs, ws, xs = select.select(rlist, [], [], 0.1)
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        else:
            data = r.recv(1024)
            if data:
                f.write(b'client: ' + data + b'\n')
            else:
                rlist.remove(r)
                r.close()
    # 看看终端有没有输入
    try:
        line = os.read(0, 1024)
    except BlockingIOError:
        continue
    if line:
        f.write(b'terminal: ' + line)
