# expect: fail starts
# finding: udp
# cause: A UDP server: it never listens on a TCP port.

from socket import *
from select import select
import sys

sockfd = socket(AF_INET, SOCK_DGRAM)
sockfd.bind(('0.0.0.0', 8888))
f = open('udp.log', 'a')

while True:
    rs, ws, xs = select([sockfd, sys.stdin], [], [])
    for r in rs:
        if r is sockfd:
            data, addr = sockfd.recvfrom(1024)
            print('从', addr, '收到', data.decode())
            f.write(data.decode() + '\n')
            sockfd.sendto(b'OK', addr)
        else:
            f.write(sys.stdin.readline())
        f.flush()
