# expect: pass
# cause: It calls input('>>>') once select reports a line, calls listen(1), and replies and closes
#   the log each time.

from select import select
from socket import *
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('localhost', 8899))
s.listen(1)
rlist = [s, sys.stdin]

def xieru(name, text):
    f = open('rizhi.txt', 'a')
    f.write(name + ':' + text + '\n')
    f.close()

while True:
    try:
        rs, ws, xs = select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                print('\n连接', addr)
                rlist.append(c)
            elif r is sys.stdin:
                text = input('>>>')
                if text == 'quit':
                    sys.exit(0)
                xieru('server', text)
            else:
                data = r.recv(1024).decode()
                if not data:
                    print('\n退出')
                    rlist.remove(r)
                    r.close()
                else:
                    print('\n收到', data)
                    xieru('client', data)
                    r.send(b'ok')
    except KeyboardInterrupt:
        break
s.close()
