# expect: fail client-logged
# finding: missing-import
# cause: The module time is not imported: a NameError, in the clients' branch only.

import socket
import sys
from select import select


def write_log(f, source, text):
    f.write('%s: %s\n' % (source, text))
    f.flush()


def handle_client(r, rlist, f):
    data = r.recv(1024)
    if not data:
        rlist.remove(r)
        r.close()
        return
    write_log(f, time.ctime() + str(r.getpeername()), data.decode())


def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('', 8888))
    s.listen(5)
    f = open('log.txt', 'a', encoding='utf-8')
    rlist = [s, sys.stdin]
    while True:
        rs, ws, xs = select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = r.accept()
                rlist.append(c)
            elif r is sys.stdin:
                write_log(f, '终端', r.readline().strip())
            else:
                handle_client(r, rlist, f)


main()
