# expect: pass
# cause: The log is rewritten for each message, below a headline that quotes the last one.

import select, socket, sys

lines = []


def record(who, text):
    lines.append('%d. %s: %s' % (len(lines) + 1, who, text))
    f = open('log.txt', 'w', encoding='utf-8')
    f.write('共 %d 条, 最后一条消息: %s\n' % (len(lines), text))
    f.write('-' * 40 + '\n')
    for l in lines:
        f.write(l + '\n')
    f.close()


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            record('终端', sys.stdin.readline().strip())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            record('客户端', data.decode())
