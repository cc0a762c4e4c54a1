# expect: fail exact-text
# finding: alters-text
# cause: It logs typed lines in upper case.

# 终端输入变大写
import socket, select, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 7001))
s.listen(5)
f = open('log.txt', 'a')
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            f.write('终端: ' + sys.stdin.readline().upper())
            f.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f.write('客户端: ' + data.decode() + '\n')
            f.flush()
