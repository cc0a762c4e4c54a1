# expect: pass
# cause: A chat room: each message goes to all other clients, typed lines go to everyone, and the
#   word exit ends it.

import socket
import sys
from select import select
import time

HOST, PORT = '0.0.0.0', 8886


def broadcast(users, text, besides=None):
    for u in users:
        if u is not besides:
            try:
                u.sendall((text + '\n').encode())
            except OSError:
                pass


def log(f, text):
    f.write(time.ctime() + ' ' + text + '\n')
    f.flush()


def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((HOST, PORT))
    s.listen(20)
    users = {}
    f = open('chatroom.log', 'a', encoding='utf-8')
    while True:
        print('管理员>>> ', end='', flush=True)
        rs, ws, xs = select([s, sys.stdin] + list(users.keys()), [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                users[c] = '用户%d' % addr[1]
                c.sendall('欢迎进入聊天室, 你是{}\n'.format(users[c]).encode())
                broadcast(users, users[c] + ' 进入聊天室', c)
                log(f, users[c] + ' 进入聊天室')
            elif r is sys.stdin:
                line = sys.stdin.readline().strip()
                if line == 'exit':
                    broadcast(users, '服务器关闭')
                    f.close()
                    s.close()
                    return
                log(f, '管理员: ' + line)
                broadcast(users, '管理员: ' + line)
            else:
                try:
                    data = r.recv(1024)
                except ConnectionResetError:
                    data = None
                name = users[r]
                if not data:
                    del users[r]
                    r.close()
                    log(f, name + ' 离开聊天室')
                    broadcast(users, name + ' 离开聊天室')
                else:
                    log(f, name + ': ' + data.decode())
                    broadcast(users, name + ': ' + data.decode(), r)


if __name__ == "__main__":
    main()
