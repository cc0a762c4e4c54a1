# expect: fail every-message, own-record
# finding: opens-with-w-in-several-places
# cause: The log is opened twice in mode 'w': each handle has its own position and overwrites what
#   the other wrote.

import select, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888)); s.listen(5)
f1 = open('log.txt', 'w'); f2 = open('log.txt', 'w')
rl = [s, sys.stdin]
while True:
    rs, _, _ = select.select(rl, [], [])
    for r in rs:
        if r is s:
            rl.append(s.accept()[0])
        elif r is sys.stdin:
            f2.write('terminal: ' + sys.stdin.readline()); f2.flush()
        else:
            d = r.recv(1024)
            if d:
                f1.write('client: ' + d.decode() + '\n'); f1.flush()
            else:
                rl.remove(r); r.close()
