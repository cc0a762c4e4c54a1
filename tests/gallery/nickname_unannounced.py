# expect: pass
# cause: A chat room: a client's first message is its nickname, which is not logged until the
#   client's next message.

import select
import socket
import sys

sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind(('', 9000))
sock.listen(10)
names = {}
rlist = [sock, sys.stdin]
log = open('聊天记录.txt', 'a', encoding='utf-8')

while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is sock:
            conn, addr = sock.accept()
            rlist.append(conn)
        elif r is sys.stdin:
            log.write('管理员说:' + sys.stdin.readline())
            log.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r)
                names.pop(r, None)
                r.close()
            elif r not in names:
                names[r] = data.decode()
            else:
                log.write(names[r] + '说:' + data.decode() + '\n')
                log.flush()
