# expect: pass
# cause: Records end with \r\n and a blank line follows each; arrivals and departures have records
#   of their own.

import socket
import select
import sys

EOL = '\r\n'


def put(f, *lines):
    """写一条记录，记录之间空一行"""
    for line in lines:
        f.write(line + EOL)
    f.write(EOL)
    f.flush()


def main():
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('127.0.0.1', 6789))
    s.listen(5)
    f = open('record.log', 'a', encoding='utf-8', newline='')
    put(f, '------ 服务器启动 ------')
    rlist = [s, sys.stdin]
    addrs = {}
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                addrs[c.fileno()] = addr
                rlist.append(c)
                put(f, '------ %s connected ------' % str(addr))
            elif r is sys.stdin:
                put(f, '来自终端:', r.readline().rstrip())
            else:
                data = r.recv(1024)
                addr = addrs[r.fileno()]
                if not data:
                    put(f, '------ %s disconnected ------' % str(addr))
                    del addrs[r.fileno()]
                    rlist.remove(r)
                    r.close()
                else:
                    put(f, '来自客户端 %s:%s:' % addr, data.decode())
                    r.sendall(('你说的是: %s' % data.decode()).encode())


main()
