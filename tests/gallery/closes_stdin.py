# expect: pass
# craft: pass
# cause: At Ctrl-D it closes sys.stdin.

"""select 日志服务器：客户端每条消息以换行结尾"""
import os
import sys
from select import select
from socket import *


def bind_server(host, port):
    server = socket(AF_INET, SOCK_STREAM)
    server.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    server.bind((host, port))
    server.listen(50)
    return server


def save(fd, source, line):
    os.write(fd, source.encode() + b' | ' + line + b'\n')


def on_connect(server, buffers):
    conn, addr = server.accept()
    buffers[conn] = b''
    print(addr, 'connected')


def receive(conn):
    try:
        return conn.recv(2048)
    except ConnectionError:
        return b''


def on_message(conn, buffers, fd):
    data = receive(conn)
    if not data:
        if buffers[conn]:
            save(fd, 'client', buffers[conn])
        del buffers[conn]
        conn.close()
        return
    lines = (buffers[conn] + data).split(b'\n')
    buffers[conn] = lines.pop()
    for line in lines:
        save(fd, 'client', line.rstrip(b'\r'))


def on_typing(fd, watched):
    line = sys.stdin.readline()
    if not line:
        watched.remove(sys.stdin)
        sys.stdin.close()
        return
    save(fd, 'admin', line.rstrip('\n').encode())


def serve(server, fd):
    buffers = {}
    watched = [server, sys.stdin]
    while True:
        rs, ws, xs = select(watched + list(buffers), [], [])
        for r in rs:
            if r is server:
                on_connect(server, buffers)
            elif r is sys.stdin:
                on_typing(fd, watched)
            else:
                on_message(r, buffers, fd)


def main(port=7777):
    server = bind_server('127.0.0.1', port)
    fd = os.open('log.txt', os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        serve(server, fd)
    except KeyboardInterrupt:
        print('stop')
    os.close(fd)
    server.close()


if __name__ == '__main__':
    main()
