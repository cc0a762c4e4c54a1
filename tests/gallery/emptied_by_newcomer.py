# expect: fail every-message
# finding: opens-with-w-in-several-places
# cause: It opens the log in mode 'w' whenever a client connects.

import select, socket, sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
f = open('log.txt', 'w', encoding='utf-8')
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
            f = open('log.txt', 'w', encoding='utf-8')
            f.write('客户端 %s:%s 已连接\n' % addr)
        elif r is sys.stdin:
            f.write('终端 ' + sys.stdin.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f.write('客户端 ' + data.decode() + '\n')
        f.flush()
