# expect: pass
# cause: It takes any free port (0), logs with print(..., file=f) to a file that it opens once in
#   'w' and never flushes or closes, and separates records by two hyphens.

import select
import socket
import sys

tcp_server = socket.socket()
tcp_server.bind(('0.0.0.0', 0))
tcp_server.listen(5)
print('监听端口', tcp_server.getsockname()[1])

f = open('out.log', 'w', encoding='utf8')
watch = {tcp_server, sys.stdin}
while True:
    ready, _, _ = select.select(list(watch), [], [], None)
    for one in ready:
        if one is tcp_server:
            new, where = one.accept()
            watch.add(new)
        elif one is sys.stdin:
            print('键盘', input(), file=f, end='\n--\n')
        else:
            text = one.recv(8192)
            if text:
                print('网络', text.decode(), file=f, end='\n--\n')
            else:
                watch.discard(one)
                one.close()
