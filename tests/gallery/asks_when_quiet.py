# expect: fail waits-in-select
# finding: blocks
# cause: Whenever nobody has spoken for a second it calls input() and sleeps there until somebody
#   types.

import select
import socket
import sys

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('0.0.0.0', 8888))
server.listen(5)
rlist = [server, sys.stdin]
log = open('log.txt', 'a', encoding='utf-8')


def write(who, text):
    log.write(who + '：' + text + '\n')
    log.flush()


while True:
    rs, ws, xs = select.select(rlist, [], [], 1)
    if not rs:
        write('终端', input('没有人说话，请输入：'))
        continue
    for r in rs:
        if r is server:
            c, addr = r.accept()
            print('连接', addr)
            rlist.append(c)
        elif r is sys.stdin:
            write('终端', r.readline().strip())
        else:
            data = r.recv(1024)
            if data:
                write('客户端', data.decode())
            else:
                rlist.remove(r)
                r.close()
