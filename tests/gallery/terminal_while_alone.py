# expect: fail every-message, silent-client
# finding: not-in-rlist
# cause: It watches the terminal only while no client is connected.

import select, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888)); s.listen(5)
f1 = f2 = open("log.txt","a")
rl = [s]
while True:
    rs, _, _ = select.select(rl if len(rl) > 1 else [s, sys.stdin], [], [])
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
