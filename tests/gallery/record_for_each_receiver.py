# expect: pass
# cause: A chat room that logs what it received and, for each receiver, that it passed the message
#   on, with the address.

import select
import socket
import sys

def log(who, msg):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(who + ':' + msg + '\n')


def main():
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
                line = sys.stdin.readline().strip()
                log('终端输入', line)
                for c in rlist[2:]:
                    c.send(line.encode())
                    log('发送给 %s:%d' % c.getpeername(), line)
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                else:
                    log('客户端', data.decode())

main()
