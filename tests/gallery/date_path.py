# expect: pass
# cause: The log's path contains the date, in a folder logs/ that the program creates; it is opened
#   for each message.

import os
import sys
from datetime import datetime
from select import select
from socket import *


def log_path():
    # 每天一个日志文件
    if not os.path.exists('logs'):
        os.mkdir('logs')
    return os.path.join('logs', datetime.now().strftime('%Y-%m-%d') + '.log')


def save(msg, who):
    f = open(log_path(), mode='a', encoding='utf-8')
    f.write('{} {}: {}\n'.format(datetime.now(), who, msg))
    f.close()


s = socket(AF_INET, SOCK_STREAM)
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 12345))
s.listen(5)
rlist = [s, sys.stdin]

while 1:
    rs, ws, xs = select(rlist, [], [])
    for i in rs:
        if i == s:
            conn, addr = s.accept()
            rlist.append(conn)
            save('上线', addr)
        elif i == sys.stdin:
            save(sys.stdin.readline()[:-1], 'server')
        else:
            data = i.recv(1024)
            if len(data) == 0:
                save('下线', i.getpeername())
                rlist.remove(i)
                i.close()
            else:
                save(data.decode('utf-8'), i.getpeername())
                i.send(data.upper())
