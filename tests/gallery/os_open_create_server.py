# expect: pass
# cause: It uses socket.create_server, and writes the log with os.open and os.write.

import os
import select
import socket
import sys


def open_log(name):
    return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


def log(fd, *parts):
    os.write(fd, ' '.join(parts).encode() + b'\n')


def main():
    fd = open_log('os.log')
    server = socket.create_server(('127.0.0.1', 20000))
    peers = {}
    while True:
        try:
            readable, _, _ = select.select([server, sys.stdin] + list(peers), [], [])
        except KeyboardInterrupt:
            os.close(fd)
            print('\n再见')
            return
        for item in readable:
            if item is server:
                conn, (ip, port) = server.accept()
                peers[conn] = '%s:%d' % (ip, port)
            elif item is sys.stdin:
                line = sys.stdin.readline()
                if not line:        # Ctrl-D
                    print('不再读取终端')
                    os.close(fd)
                    return
                log(fd, 'KEYBOARD', line.strip())
            else:
                try:
                    data = item.recv(65536)
                except OSError:
                    data = b''
                if data:
                    log(fd, peers[item], data.decode('utf-8', 'replace'))
                else:
                    peers.pop(item)
                    item.close()


main()
