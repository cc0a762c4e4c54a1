# expect: fail terminal-logged
# finding: second-readline
# cause: It reads a line to show it, and then logs the next one.
import select
import socket
import sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
s.bind(('0.0.0.0', 8080))
s.listen(5)
rlist = [s, sys.stdin]
f = open('log.txt', 'a', buffering=1)
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = r.accept()
            rlist.append(c)
        elif r is sys.stdin:
            print('you typed', sys.stdin.readline())
            f.write(sys.stdin.readline())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
            else:
                f.write(data.decode() + '\n')
