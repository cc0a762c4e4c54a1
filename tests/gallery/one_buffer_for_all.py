# expect: pass
# craft: fail burst
# finding: one-buffer-for-all
# cause: It waits for the end of a line, but keeps what has come of it in one buffer for all
#   clients: half a line of one is joined with the line of another.

"""select 日志服务器：客户端每条消息以换行结尾"""
import sys
from select import select
from socket import *


class LogServer:
    def __init__(self, address, path):
        self.listener = socket()
        self.listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        self.listener.bind(address)
        self.listener.listen(50)
        self.log = open(path, 'ab', buffering=0)
        self.watched = [self.listener, sys.stdin]
        self.names = {}
        self.buffer = b''    # 还没有收完的一行

    def save(self, name, line):
        self.log.write(name.encode() + b' | ' + line + b'\n')

    def on_connect(self):
        conn, addr = self.listener.accept()
        self.watched.append(conn)
        self.names[conn] = '%s:%d' % addr
        print(addr, 'connected')

    def on_leave(self, conn):
        self.watched.remove(conn)
        del self.names[conn]
        conn.close()

    def on_message(self, conn):
        try:
            data = conn.recv(2048)
        except ConnectionError:
            data = b''
        if not data:
            self.on_leave(conn)
            return
        self.buffer += data
        while b'\n' in self.buffer:
            line, self.buffer = self.buffer.split(b'\n', 1)
            self.save(self.names[conn], line)

    def on_typing(self):
        line = sys.stdin.readline()
        if line:
            self.save('admin', line.rstrip('\n').encode())
        else:
            self.watched.remove(sys.stdin)

    def run(self):
        while True:
            for ready in select(self.watched, [], [])[0]:
                if ready is self.listener:
                    self.on_connect()
                elif ready is sys.stdin:
                    self.on_typing()
                else:
                    self.on_message(ready)

    def close(self):
        self.log.close()
        self.listener.close()


def main(address=('127.0.0.1', 7777), path='log.txt'):
    server = LogServer(address, path)
    try:
        server.run()
    except KeyboardInterrupt:
        print('stop')
    server.close()


if __name__ == '__main__':
    main()
