# expect: fail client-logged, terminal-logged
# finding: several-selects
# cause: One select waits for the network, then another one for the terminal, both without a timeout.

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
rlist = [s]
wlist = []
xlist = []

while True:
    # 监控IO的发生
    rs, ws, xs = select(rlist, wlist, xlist)
    ts, _, _ = select([sys.stdin], [], [])
    for t in ts:
        f.write('终端: ' + sys.stdin.readline())
        f.flush()
    # 遍历三个返回列表，确定哪个IO发生
    for r in rs:
        # 如果是监听套接字就绪则处理连接
        if r is s:
            c, addr = r.accept()
            print("Connect from", addr)
            rlist.append(c)  # 加入新的关注IO
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
