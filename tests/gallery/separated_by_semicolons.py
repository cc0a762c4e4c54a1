# expect: fail own-record
# finding: no-separator
# cause: Records are separated by '; ' instead of a newline.

import sys
import time
from select import select
from socket import socket, SOL_SOCKET, SO_REUSEADDR


def main():
    s = socket()
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    s.bind(('', 8000))
    s.listen(5)
    log = open('log.txt', 'ab')
    rlist = [s, sys.stdin]
    while True:
        for r in select(rlist, [], [])[0]:
            if r is s:
                rlist.append(s.accept()[0])
                continue
            if r is sys.stdin:
                data = r.readline().strip().encode()
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                    continue
            log.write(time.strftime('%H:%M:%S ').encode() + data + b'; ')
            log.flush()


main()
