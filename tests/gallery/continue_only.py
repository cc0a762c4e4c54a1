# expect: fail rests-after-departure
# finding: watches-who-has-left
# cause: `continue` skips an empty recv but the socket stays in rlist: it spins without a trace in
#   the log.

import sys
import socket
import select

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]


def write_log(text):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(text + '\n')


while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            write_log('终端 ' + r.readline().strip())
        else:
            data = r.recv(1024)
            if not data:
                continue
            write_log('客户端 ' + data.decode())
