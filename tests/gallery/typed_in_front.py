# expect: fail terminal-order, arrival-order
# finding: kept-until-exit
# cause: Typed lines are inserted at the front of the list of records, clients' messages appended;
#   the list is written at exit.

import socket
import sys
import select


class LogServer:
    def __init__(self):
        self.records = []
        self.s = socket.socket()
        self.s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.s.bind(('', 8888))
        self.s.listen(5)
        self.conns = []

    def loop(self):
        while True:
            rs, ws, xs = select.select([self.s, sys.stdin] + self.conns, [], [])
            for r in rs:
                if r is self.s:
                    self.conns.append(r.accept()[0])
                elif r is sys.stdin:
                    # 服务端的消息更重要，放在前面
                    self.records.insert(0, 'admin: ' + r.readline().strip())
                else:
                    data = r.recv(1024)
                    if data:
                        self.records.append('client: ' + data.decode())
                    else:
                        self.conns.remove(r)
                        r.close()

    def save(self):
        with open('log.txt', 'w', encoding='utf-8') as f:
            f.write('\n'.join(self.records))


server = LogServer()
try:
    server.loop()
finally:
    server.save()
