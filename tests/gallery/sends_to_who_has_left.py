# expect: fail rests-after-departure
# finding: keeps-sending
# cause: An empty recv is answered like a message: the answer to one who has left raises
#   BrokenPipeError, which is printed at each turn.

import select
import socket
import sys
import traceback

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('0.0.0.0', 8888))
server.listen(5)
rlist = [server, sys.stdin]
log = open('chat.log', 'a', encoding='utf-8', buffering=1)

while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        try:
            if r is server:
                c, addr = server.accept()
                rlist.append(c)
            elif r is sys.stdin:
                log.write('终端: ' + sys.stdin.readline())
            else:
                data = r.recv(1024)
                if data:
                    log.write('客户端: ' + data.decode() + '\n')
                r.send('收到'.encode())
        except Exception:
            traceback.print_exc()
