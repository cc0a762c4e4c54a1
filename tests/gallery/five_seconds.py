# expect: pass
# craft: fail clean-stop
# cause: At Ctrl-C it waits five seconds before it closes.

import sys
import time
from codecs import getincrementaldecoder
from select import select
from socket import *

ADDR = ('0.0.0.0', 8888)
LOG = 'server.log'


def create_server(addr):
    """创建监听套接字"""
    s = socket()
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    s.bind(addr)
    s.listen(100)
    return s


def write_log(f, who, text):
    """写一条日志，马上刷新缓冲区"""
    f.write('%s %s: %s\n' % (time.strftime('%Y-%m-%d %H:%M:%S'), who, text))
    f.flush()


def add_client(s, clients):
    """新的客户端"""
    c, addr = s.accept()
    print('Connect from', addr)
    clients[c] = (addr, getincrementaldecoder('utf-8')('replace'))


def remove_client(c, clients):
    """客户端离开"""
    del clients[c]
    c.close()


def handle_client(c, clients, f):
    """接收客户端的消息"""
    addr, decoder = clients[c]
    try:
        data = c.recv(1024)
    except ConnectionError:
        data = b''
    if not data:
        remove_client(c, clients)
        return
    text = decoder.decode(data)
    if text:
        write_log(f, addr, text)


def handle_terminal(f, terminal):
    """读取终端输入的一行"""
    line = sys.stdin.readline()
    if line:
        write_log(f, 'terminal', line.rstrip('\n'))
    else:
        terminal.clear()    # Ctrl-D


def main():
    s = create_server(ADDR)
    f = open(LOG, 'a', encoding='utf-8')
    clients = {}
    terminal = [sys.stdin]
    try:
        while True:
            rs, ws, xs = select([s] + terminal + list(clients), [], [])
            for r in rs:
                if r is s:
                    add_client(s, clients)
                elif r is sys.stdin:
                    handle_terminal(f, terminal)
                else:
                    handle_client(r, clients, f)
    except KeyboardInterrupt:
        print('服务器将在5秒后退出')
        time.sleep(5)
    finally:
        f.close()
        s.close()


if __name__ == '__main__':
    main()
