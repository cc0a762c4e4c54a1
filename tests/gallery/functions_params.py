# expect: pass
# cause: It consists of small functions with parameters, and opens, writes and closes the log for
#   each message.

import select
import socket
import sys

ADDR = ('127.0.0.1', 9999)
LOG = 'server.log'


def create_socket(addr, backlog=5):
    """创建并返回监听套接字"""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
    sock.bind(addr)
    sock.listen(backlog)
    return sock


def write_log(filename, text):
    """追加一行日志"""
    with open(filename, 'a', encoding='utf-8') as f:
        f.write(text + '\n')


def do_connect(sock, rlist):
    conn, addr = sock.accept()
    print('客户端连接:', addr)
    rlist.append(conn)


def do_client(conn, rlist, filename):
    data = conn.recv(1024)
    if not data:
        print('客户端退出:', conn.getpeername())
        rlist.remove(conn)
        conn.close()
        return
    write_log(filename, '%s:%d 说: %s' % (*conn.getpeername(), data.decode()))
    conn.send('收到'.encode())


def do_terminal(filename):
    line = sys.stdin.readline()
    write_log(filename, '管理员: ' + line.strip())


def main():
    sock = create_socket(ADDR)
    rlist = [sock, sys.stdin]
    while True:
        rs, _, _ = select.select(rlist, [], [])
        for r in rs:
            if r == sock:
                do_connect(r, rlist)
            elif r == sys.stdin:
                do_terminal(LOG)
            else:
                do_client(r, rlist, LOG)


if __name__ == '__main__':
    main()
