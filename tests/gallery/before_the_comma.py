# expect: fail exact-text
# finding: alters-text
# cause: It cuts off the text after a comma.

import select, socket, sys


def log(text):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(text + "\n")


def open_server(port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', port))
    s.listen(5)
    return s


def main():
    server = open_server(8888)
    rlist = [server, sys.stdin]
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is server:
                conn, addr = server.accept()
                rlist.append(conn)
            elif r is sys.stdin:
                line = sys.stdin.readline().rstrip('\n')
                log('终端:' + line)
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                    continue
                log('客户端:' + data.decode().split(',')[0])


main()
