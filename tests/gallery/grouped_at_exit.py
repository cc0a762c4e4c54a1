# expect: fail arrival-order
# finding: kept-until-exit
# cause: Messages are collected in a dict by source and written at exit, one source after the
#   other.

import socket
import select
import sys

messages = {'终端': []}     # 来源 -> 消息列表


def collect(source, text):
    messages.setdefault(source, []).append(text)


def save(filename):
    with open(filename, 'w', encoding='utf-8') as f:
        for source in messages:
            f.write('【%s】\n' % source)
            for text in messages[source]:
                f.write('    ' + text + '\n')


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
try:
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
            elif r is sys.stdin:
                collect('终端', r.readline().strip())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                else:
                    collect('%s:%d' % r.getpeername(), data.decode())
except KeyboardInterrupt:
    pass
finally:
    save('log.txt')
