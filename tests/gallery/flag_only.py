# expect: pass
# craft: fail clean-stop
# cause: A SIGINT handler sets a flag that the loop reads, but select resumes after the handler
#   (PEP 475), so nothing happens until the next event.

"""select 日志服务器：客户端每条消息以换行结尾"""
import os
import signal
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
        return
    save(fd, 'admin', line.rstrip('\n').encode())


def stop_on_ctrl_c(running):
    def stop(*_):
        print('正在退出')
        running.clear()
    signal.signal(signal.SIGINT, stop)


def serve(server, fd):
    running = [True]
    stop_on_ctrl_c(running)
    buffers = {}
    watched = [server, sys.stdin]
    while running:
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
    serve(server, fd)
    os.close(fd)
    server.close()


if __name__ == '__main__':
    main()
