# expect: fail waits-in-select
# finding: several-threads
# cause: It forks instead of using select: a child process for each client and one for the
#   terminal, all appending to one log.

import os
import signal
import sys
from socket import *


def write_log(text):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(text + '\n')


def terminal():
    while True:
        line = sys.stdin.readline()
        if not line:
            os._exit(0)
        write_log('终端: ' + line.strip())


def client(c, addr):
    while True:
        data = c.recv(1024)
        if not data:
            break
        write_log('客户端%s: %s' % (addr[1], data.decode()))
    c.close()
    os._exit(0)


# 处理僵尸进程
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
if os.fork() == 0:
    s.close()
    try:
        terminal()
    except KeyboardInterrupt:
        os._exit(0)
while True:
    try:
        c, addr = s.accept()
    except KeyboardInterrupt:
        sys.exit('服务器退出')
    if os.fork() == 0:
        s.close()
        try:
            client(c, addr)
        except KeyboardInterrupt:
            os._exit(0)
    else:
        c.close()
