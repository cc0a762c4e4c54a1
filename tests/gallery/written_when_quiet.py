# expect: pass
# cause: It keeps messages by source and writes them when nothing more has arrived for 0.5 s.

import select
import socket
import sys

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('0.0.0.0', 8888))
server.listen(5)
rlist = [server, sys.stdin]
waiting = {}        # 来源 -> 还没写入日志的消息


def save():
    with open('log.txt', 'a', encoding='utf-8') as f:
        for source, texts in waiting.items():
            for text in texts:
                f.write('%s: %s\n' % (source, text))
    waiting.clear()


try:
    while True:
        rs, ws, xs = select.select(rlist, [], [], 0.5)
        if not rs and waiting:
            save()
        for r in rs:
            if r is server:
                conn, addr = server.accept()
                rlist.append(conn)
            elif r is sys.stdin:
                waiting.setdefault('终端', []).append(sys.stdin.readline().rstrip())
            else:
                data = r.recv(1024)
                if data:
                    waiting.setdefault(r.getpeername(), []).append(data.decode())
                else:
                    rlist.remove(r)
                    r.close()
finally:
    save()
