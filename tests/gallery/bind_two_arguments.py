# expect: fail starts
# finding: address-pair
# cause: bind('0.0.0.0', 8888) instead of bind(('0.0.0.0', 8888)): an immediate TypeError.

from socket import *
import select
import sys

s = socket(AF_INET, SOCK_STREAM)
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind('0.0.0.0', 8888)
s.listen(5)

rlist = [s, sys.stdin]
file = open('log.txt', 'a')
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r == s:
            connfd, addr = s.accept()
            rlist.append(connfd)
        elif r == sys.stdin:
            file.write(sys.stdin.readline())
        else:
            data = r.recv(1024)
            if data:
                file.write(data.decode() + '\n')
            else:
                rlist.remove(r)
                r.close()
        file.flush()
