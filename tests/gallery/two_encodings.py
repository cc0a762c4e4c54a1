# expect: fail exact-text
# finding: two-encodings
# cause: What clients send is written in GBK, and what is typed in UTF-8, into one file.

import select
import socket
import sys


def write_log(data):
    with open('log.txt', 'ab') as f:
        f.write(data + b'\n')


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]

while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            conn, addr = s.accept()
            rlist.append(conn)
        elif r is sys.stdin:
            line = sys.stdin.readline()
            if line:
                write_log(line.strip().encode())
            else:
                rlist.remove(r)
        else:
            data = r.recv(1024)
            if data:
                write_log(data.decode().encode('gbk'))  # 记事本用gbk
            else:
                rlist.remove(r)
                r.close()
