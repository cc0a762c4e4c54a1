# expect: pass
# cause: It reads lines from clients (which need '\n') with a buffer for each, and logs the
#   remainder when the client leaves.

import select
import socket
import sys


class Server(object):
    def __init__(self, addr):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(addr)
        self.listener.listen(5)
        self.buffers = {}     # 每个客户端一个缓冲区，解决粘包
        self.log = open('line.log', 'ab')

    def write(self, line):
        self.log.write(line + b'\n')
        self.log.flush()

    def feed(self, conn):
        data = conn.recv(1024)
        if not data:
            rest = self.buffers.pop(conn)
            if rest:
                self.write(rest)
            conn.close()
            return
        self.buffers[conn] += data
        *lines, self.buffers[conn] = self.buffers[conn].split(b'\n')
        for line in lines:
            self.write(line.rstrip(b'\r'))
            conn.sendall(b'ok\n')

    def run(self):
        while True:
            rs, _, _ = select.select([self.listener, sys.stdin] + list(self.buffers), [], [])
            for r in rs:
                if r is self.listener:
                    conn, _ = r.accept()
                    self.buffers[conn] = b''
                elif r is sys.stdin:
                    self.write(r.readline().strip().encode())
                else:
                    self.feed(r)


Server(('0.0.0.0', 8888)).run()
