# expect: pass
# cause: A chat room that logs what it received and, only if others are connected, to how many it
#   passed that on.

import select
import socket
import sys

HOST = '0.0.0.0'
PORT = 8888


def write_log(text):
    with open('chat.log', 'a', encoding='utf-8') as f:
        f.write(text + '\n')


def forward(clients, sender, text):
    others = [c for c in clients if c is not sender]
    if not others:
        return
    for c in others:
        c.sendall(text.encode())
    write_log('[转发给%d人] %s' % (len(others), text))


def main():
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((HOST, PORT))
    server.listen(5)
    clients = []
    while True:
        ready, _, _ = select.select([server, sys.stdin] + clients, [], [])
        for r in ready:
            if r is server:
                conn, addr = server.accept()
                clients.append(conn)
            elif r is sys.stdin:
                write_log('[终端] ' + r.readline().strip())
            else:
                data = r.recv(4096)
                if not data:
                    clients.remove(r)
                    r.close()
                    continue
                text = data.decode()
                write_log('[收到] ' + text)
                forward(clients, r, text)


if __name__ == '__main__':
    try:
        main()
    except KeyboardInterrupt:
        print('bye')
