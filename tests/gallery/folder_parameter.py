# coding=utf-8
# expect: pass
# cause: The log's folder is a parameter of the function that opens it.

# 日志文件夹作为参数传入
import os
import sys
import time
from socket import *
from select import *


def open_log(folder, name):
    path = os.path.join(folder, name)
    return open(path, 'a', encoding='utf-8')


def write_log(f, who, text):
    f.write('%s %s: %s\n' % (time.ctime(), who, text))
    f.flush()


def main(folder, port=8888):
    f = open_log(folder, time.strftime('%Y-%m-%d') + '.log')
    s = socket()
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', port))
    s.listen(3)
    rlist = [s, sys.stdin]
    while True:
        rs, ws, xs = select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = r.accept()
                rlist.append(c)
            elif r is sys.stdin:
                write_log(f, '终端', sys.stdin.readline().strip())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                else:
                    write_log(f, '客户端', data.decode())


if __name__ == '__main__':
    main('/'.join(['', 'home', 'tarena', 'aid1807', 'day08']))
