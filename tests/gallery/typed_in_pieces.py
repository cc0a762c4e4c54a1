# expect: fail exact-text
# finding: cut-character
# cause: It reads five bytes of the terminal at a time, decodes them and makes each piece a record;
#   the fifth byte may be the middle of a Chinese character.

# 多切了一个字符
import socket, select, sys, os
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 7002))
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
            line = os.read(0, 5).decode()
            f.write('终端: ' + line + '\n')
            f.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f.write('客户端: ' + data.decode() + '\n')
            f.flush()
