# expect: fail rests-after-departure
# finding: watches-who-has-left
# cause: It deletes the client's name and logs the departure but forgets rlist.remove, so it logs
#   the departure forever.

import socket
import select
import sys


def record(f, who, what):
    f.write('%s: %s\n' % (who, what))
    f.flush()


def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(5)
    f = open('log.txt', 'a', encoding='utf-8')
    rlist = [s, sys.stdin]
    names = {}
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
                names[c] = '客户端%d' % addr[1]
            elif r is sys.stdin:
                record(f, '终端', r.readline().strip())
            else:
                data = r.recv(1024)
                if data:
                    record(f, names[r], data.decode())
                else:
                    record(f, '系统', names.pop(r, '某人') + '离开')


main()
