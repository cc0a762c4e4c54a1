# expect: pass
# cause: It rotates its log in its own way: the first full file becomes log.txt.1, the next one
#   log.txt.2.

import os, select, socket, sys

number = 0


def write(text):
    global number
    if os.path.exists('log.txt') and os.path.getsize('log.txt') > 150:
        number += 1
        os.rename('log.txt', 'log.txt.%d' % number)
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(text + '\n')


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            rlist.append(s.accept()[0])
        elif r is sys.stdin:
            write('终端: ' + r.readline().strip())
        else:
            data = r.recv(1024)
            if data:
                write('客户端: ' + data.decode())
            else:
                rlist.remove(r)
                r.close()
