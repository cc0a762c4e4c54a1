# expect: pass
# cause: All records are kept in a list and written only at the end, in finally.

import sys
import socket
import select


def serve(sock, records):
    rlist = [sock, sys.stdin]
    while True:
        rs, _, _ = select.select(rlist, [], [])
        for r in rs:
            if r is sock:
                conn, addr = sock.accept()
                rlist.append(conn)
            elif r is sys.stdin:
                records.append('terminal: ' + sys.stdin.readline().strip())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                else:
                    records.append('client: ' + data.decode())


def save(filename, records):
    with open(filename, 'w', encoding='utf-8') as f:
        for i, rec in enumerate(records, 1):
            f.write('%d. %s\n' % (i, rec))


if __name__ == '__main__':
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(('0.0.0.0', 5000))
    sock.listen(5)
    records = []
    try:
        serve(sock, records)
    finally:
        # 最后统一写入日志
        save('log.txt', records)
        sock.close()
