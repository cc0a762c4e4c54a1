# expect: pass
# cause: select has a timeout of ten microseconds: it wakes constantly, and sleeps each time.

import select
import socket
import sys

TIMEOUT = 0.00001


def open_server(port):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(('', port))
    server.listen(10)
    return server


def write(name, text):
    with open('server.log', 'a', encoding='utf-8') as log:
        log.write('%s: %s\n' % (name, text))


def handle(r, server, rlist):
    if r is server:
        client, addr = server.accept()
        rlist.append(client)
    elif r is sys.stdin:
        write('管理员', r.readline().strip())
    else:
        data = r.recv(4096)
        if data:
            write('客户端', data.decode())
        else:
            rlist.remove(r)
            r.close()


def main():
    server = open_server(8888)
    rlist = [server, sys.stdin]
    while True:
        for r in select.select(rlist, [], [], TIMEOUT)[0]:
            handle(r, server, rlist)


main()
