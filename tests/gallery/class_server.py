# expect: pass
# cause: It is written as a class, with a dict of addresses, '' as the host and a line-buffered
#   log, and catches each client's exceptions.

import socket
import sys
import time
from select import select


class LogServer:
    def __init__(self, host='', port=8000, log='mylog.txt'):
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind((host, port))
        self.sock.listen(5)
        self.log = open(log, 'w', buffering=1, encoding='utf-8')
        self.clients = {}    # conn -> addr

    def record(self, who, text):
        now = time.strftime('%Y-%m-%d %H:%M:%S')
        self.log.write('[%s] %s >> %s\n' % (now, who, text))

    def on_accept(self):
        conn, addr = self.sock.accept()
        self.clients[conn] = addr
        self.record('系统', '%s 已连接' % (addr,))

    def on_message(self, conn):
        try:
            data = conn.recv(4096)
        except ConnectionError as e:
            print(e)
            data = b''
        if data:
            self.record(self.clients[conn], data.decode(errors='replace'))
        else:
            addr = self.clients.pop(conn)
            self.record('系统', '%s 已断开' % (addr,))
            conn.close()

    def on_typed(self):
        line = sys.stdin.readline()
        if line:
            self.record('终端', line.rstrip('\n'))

    def serve(self):
        while True:
            rs, ws, xs = select([self.sock, sys.stdin, *self.clients], [], [])
            for r in rs:
                if r is self.sock:
                    self.on_accept()
                elif r is sys.stdin:
                    self.on_typed()
                else:
                    self.on_message(r)


if __name__ == '__main__':
    server = LogServer()
    try:
        server.serve()
    except KeyboardInterrupt:
        print('服务器关闭')
        server.log.close()
