# expect: pass
# craft: fail reset, split-character, functions
# cause: Nothing is wrong: the lecture's example, plus the terminal.

'''
select tcp 服务端
将客户端消息和终端输入写入日志
'''
from socket import *
from select import select
import sys

# 创建监听套接字
s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(3)

# 打开日志文件
f = open('log.txt', 'a')

rlist = [s, sys.stdin]
wlist = []
xlist = []

while True:
    print('等待IO发生...')
    rs, ws, xs = select(rlist, wlist, xlist)
    for r in rs:
        if r is s:
            c, addr = r.accept()
            print('Connect from', addr)
            rlist.append(c)
        elif r is sys.stdin:
            msg = r.readline()
            f.write('终端: ' + msg)
            f.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            print(data.decode())
            f.write('客户端: ' + data.decode() + '\n')
            f.flush()
            r.send(b'OK')
    for w in ws:
        pass
    for x in xs:
        pass
