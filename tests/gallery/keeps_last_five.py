# expect: fail every-message
# finding: opens-with-w
# cause: The log keeps only the last five messages.

import collections, select, socket, sys
recent = collections.deque(maxlen=5)


def log(text):
    recent.append(text)
    with open('log.txt', 'w', encoding='utf-8') as f:
        f.write('\n'.join(recent) + '\n')


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
            log('终端:' + r.readline().strip())
        else:
            data = r.recv(1024)
            if data:
                log('客户端:' + data.decode())
            else:
                rlist.remove(r)
                r.close()
