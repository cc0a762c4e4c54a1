# expect: fail client-logged, terminal-logged
# finding: always-true
# cause: `r is s or sys.stdin` is true for everything, so accept is called for every ready IO.

"""
select tcp服务端
将客户端发来的信息和终端输入的内容写入日志
"""
from socket import *
from select import select
import sys

# 创建监听套接字
s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(3)

# 日志文件
f = open('log.txt', 'a', encoding='utf-8')

# 设置关注的IO
rlist = [s, sys.stdin]
wlist = []
xlist = []

while True:
    # 监控IO的发生
    rs, ws, xs = select(rlist, wlist, xlist)
    # 遍历三个返回列表，确定哪个IO发生
    for r in rs:
        # 如果是监听套接字就绪则处理连接
        if r is s or sys.stdin:
            c, addr = s.accept()
            print("Connect from", addr)
            rlist.append(c)  # 加入新的关注IO
        elif r is sys.stdin:
            msg = sys.stdin.readline()
            f.write('终端: ' + msg)
            f.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            print("收到:", data.decode())
            f.write('客户端: ' + data.decode() + '\n')
            f.flush()
            wlist.append(r)
    for w in ws:
        w.send(b'OK')
        wlist.remove(w)
