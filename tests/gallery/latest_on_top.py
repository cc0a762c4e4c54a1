# expect: pass
# cause: Beside its log it keeps a page that is no log, with the newest message on top.

import select, socket, sys, time

all_msgs = []


def record(msg):
    all_msgs.insert(0, msg)
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(time.ctime() + ' ' + msg + '\n')
    with open('latest.txt', 'w', encoding='utf-8') as f:
        f.write('\n'.join(all_msgs))


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
            record('终端:' + sys.stdin.readline().strip())
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            record('客户端:' + data.decode())
