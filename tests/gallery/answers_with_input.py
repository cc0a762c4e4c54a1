# expect: fail client-logged
# finding: blocks
# cause: After each message it asks the operator for an answer with input(), so the first message
#   blocks the server forever.

import sys
import select
from socket import *

s = socket(AF_INET, SOCK_STREAM)
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
log = open('talk.log', 'a', encoding='utf-8')

while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept()
            print('来自', addr, '的连接')
            rlist.append(c)
        elif r is sys.stdin:
            log.write('我: ' + sys.stdin.readline())
            log.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                r.close()
                continue
            print('对方:', data.decode())
            log.write('对方: ' + data.decode() + '\n')
            log.flush()
            answer = input('回复>>')
            log.write('我: ' + answer + '\n')
            log.flush()
            r.send(answer.encode())
