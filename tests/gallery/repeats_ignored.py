# expect: pass
# craft: fail burst
# cause: Text equal to the same client's last text is treated as a repetition: of two equal letters
#   that arrive one at a time, the second is lost.

import codecs
import select
import socket
import sys
from datetime import datetime


class Client:
    """一个已连接的客户端"""

    def __init__(self, sock, addr):
        self.sock = sock
        self.name = '%s:%d' % addr
        self.last = ''
        self.decoder = codecs.getincrementaldecoder('utf-8')(errors='replace')

    def fileno(self):
        return self.sock.fileno()


class Server:
    def __init__(self, port, logname):
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind(('', port))
        self.sock.listen(64)
        self.log = open(logname, 'a', buffering=1, encoding='utf-8')
        self.rlist = [self.sock, sys.stdin]

    def record(self, name, text):
        now = datetime.now().strftime('%H:%M:%S')
        self.log.write('[{}] <{}> {}\n'.format(now, name, text))

    def accept(self):
        sock, addr = self.sock.accept()
        self.rlist.append(Client(sock, addr))

    def leave(self, client):
        self.rlist.remove(client)
        client.sock.close()

    def receive(self, client):
        try:
            data = client.sock.recv(4096)
        except OSError as e:
            print(client.name, e)
            data = b''
        if data:
            self.said(client, data)
        else:
            self.leave(client)

    def said(self, client, data):
        text = client.decoder.decode(data)
        if text and text != client.last:
            self.record(client.name, text)
        client.last = text

    def typed(self):
        line = sys.stdin.readline()
        if line == '':
            self.rlist.remove(sys.stdin)
        else:
            self.record('终端', line.strip('\n'))

    def run(self):
        while True:
            ready, _, _ = select.select(self.rlist, [], [])
            for r in ready:
                if r is self.sock:
                    self.accept()
                elif r is sys.stdin:
                    self.typed()
                else:
                    self.receive(r)


if __name__ == '__main__':
    server = Server(9999, 'log.txt')
    try:
        server.run()
    except KeyboardInterrupt:
        print('bye')
    server.log.close()
