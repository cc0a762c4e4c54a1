# expect: fail silent-client
# finding: blocks
# cause: After accept it asks the client for its name and waits for it in a blocking recv; the name
#   is logged, too.

import select
import socket
import sys
import time


class ChatServer:
    def __init__(self, host, port):
        self.server = socket.socket()
        self.server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.server.bind((host, port))
        self.server.listen(10)
        self.names = {}

    def log(self, text):
        with open('chat.log', 'a', encoding='utf-8') as f:
            f.write(time.strftime('%F %T ') + text + '\n')

    def login(self):
        conn, addr = self.server.accept()
        conn.send('请输入你的名字: '.encode())
        name = conn.recv(1024).decode().strip()
        if not name:
            conn.close()
            return
        # 名字只在进入时记一次
        self.names[conn] = '%s:%d' % addr
        self.log(self.names[conn] + ' 进入聊天室, 名字 ' + name)

    def chat(self, conn):
        data = conn.recv(1024)
        if data:
            self.log(self.names[conn] + ': ' + data.decode())
        else:
            self.log(self.names.pop(conn) + ' 离开聊天室')
            conn.close()

    def run(self):
        while True:
            rs, _, _ = select.select([self.server, sys.stdin, *self.names], [], [])
            for r in rs:
                if r is self.server:
                    self.login()
                elif r is sys.stdin:
                    self.log('管理员: ' + r.readline().strip())
                else:
                    self.chat(r)


ChatServer('0.0.0.0', 8888).run()
