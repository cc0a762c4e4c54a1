# expect: fail exact-text
# finding: encodings
# cause: It decodes UTF-8 bytes as GBK with errors='ignore' and writes UTF-8: Chinese turns into
#   other, wrong characters.

import sys
import socket
from select import select


class Server:
    def __init__(self, port):
        self.s = socket.socket()
        self.s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.s.bind(('', port))
        self.s.listen(5)
        self.rlist = [self.s, sys.stdin]
        self.f = open('log.txt', 'a', encoding='utf-8')

    def log(self, text):
        self.f.write(text + '\n')
        self.f.flush()

    def run(self):
        while True:
            rs, ws, xs = select(self.rlist, [], [])
            for r in rs:
                if r is self.s:
                    c, addr = r.accept()
                    self.rlist.append(c)
                elif r is sys.stdin:
                    self.log('终端: ' + r.readline().strip())
                else:
                    data = r.recv(1024)
                    if data:
                        self.log('客户端: ' + data.decode('gbk', errors='ignore'))
                    else:
                        self.rlist.remove(r)
                        r.close()


Server(8888).run()
