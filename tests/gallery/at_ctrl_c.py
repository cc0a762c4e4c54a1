# expect: pass
# cause: The log is one long string that is written at Ctrl-C.

from socket import *
from select import select
import sys

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 8765))
s.listen(5)
rlist = [s, sys.stdin]
content = ''
print('按Ctrl-C结束并保存日志')
try:
    while True:
        rs, ws, xs = select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                print('客户端', addr)
                rlist.append(c)
            elif r is sys.stdin:
                content += '终端输入:' + input() + '\n'
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                    continue
                content += '客户端:' + data.decode() + '\n'
                r.send(b'ok')
except KeyboardInterrupt:
    print('保存日志...')
    f = open('log.txt', 'a', encoding='utf-8')
    f.write(content)
    f.close()
