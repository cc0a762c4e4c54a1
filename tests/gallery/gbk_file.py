# expect: pass
# cause: The log is encoded in GBK (the student opens it with Windows Notepad).

import select
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('', 10086))
s.listen(5)
logfile = open('日志.txt', 'a', encoding='gbk')   # 记事本默认gbk
print('服务器已启动，端口10086')
rlist = [s, sys.stdin]

while True:
    rs, ws, es = select.select(rlist, [], rlist)
    for r in rs:
        if r is s:
            conn, addr = s.accept()
            rlist.append(conn)
            logfile.write('%s:%s 连接成功\n' % addr)
        elif r is sys.stdin:
            text = sys.stdin.readline()
            logfile.write('服务器说: %s' % text)
        else:
            msg = r.recv(1024)
            if msg:
                logfile.write('客户端%s说: %s\n' % (r.getpeername()[1], msg.decode()))
                r.send('服务器已收到'.encode())
            else:
                logfile.write('有一个客户端离开\n')
                rlist.remove(r)
                r.close()
        logfile.flush()
    for e in es:
        print('出错', e)
        rlist.remove(e)
        e.close()
