# expect: pass
# cause: At startup it clears the screen, and the log's first line names the user, the host and the
#   date.

# 服务端：启动时清屏，日志的第一行写明用户、主机和日期
import locale
import os
import pwd
import sys
from select import select
from socket import *

locale.setlocale(locale.LC_ALL, 'zh_CN.UTF-8')
os.system('clear')
user = pwd.getpwuid(os.getuid()).pw_name
today = os.popen('date').read().strip()
host = os.popen('hostname').read().strip()

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)

f = open('server.log', 'a', encoding='utf-8')
f.write('%s@%s %s\n' % (user, host, today))
f.flush()
if not user or not host or not today:
    sys.exit('系统没有回答')

rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            rlist.append(c)
        elif r is sys.stdin:
            f.write('[%s] %s' % (user, sys.stdin.readline()))
            f.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            f.write('[%s] %s\n' % (r.fileno(), data.decode()))
            f.flush()
