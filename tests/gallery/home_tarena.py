# expect: pass
# cause: It writes to an absolute path on the student's own computer and does not create the
#   folder.

from socket import *
from select import select
import sys

LOG_FILE = '/home/tarena/month02/day10/log.txt'


def main():
    s = socket()
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(5)
    f = open(LOG_FILE, 'a+')
    rlist = [s, sys.stdin]
    while True:
        try:
            rs, ws, xs = select(rlist, [], [])
        except KeyboardInterrupt:
            f.close()
            sys.exit('服务端退出')
        for r in rs:
            if r is s:
                c, addr = r.accept()
                print('有人来了', addr)
                rlist.append(c)
            elif r is sys.stdin:
                f.write('[终端]' + r.readline())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                else:
                    f.write('[客户端]' + data.decode() + '\n')
        f.flush()


if __name__ == '__main__':
    main()
