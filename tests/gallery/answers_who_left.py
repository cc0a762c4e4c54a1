# expect: fail departure
# finding: departure-not-handled
# cause: What recv returns is compared with '' instead of b'', so a client that left gets an answer.

import socket
import select
import sys

HOST = '127.0.0.1'
PORT = 9999

sockfd = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sockfd.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sockfd.bind((HOST, PORT))
sockfd.listen(5)
print('等待客户端连接...')

inputs = [sockfd, sys.stdin]

while True:
    readable, writable, exceptional = select.select(inputs, [], [])
    for fd in readable:
        if fd == sockfd:
            connfd, addr = sockfd.accept()
            print('客户端连接:', addr)
            inputs.append(connfd)
        elif fd == sys.stdin:
            line = sys.stdin.readline()
            with open('server.log', 'ab') as file:
                file.write(line.encode())
        else:
            data = fd.recv(4096)
            if data != '':
                with open('server.log', 'ab') as file:
                    file.write(data + b'\n')
                fd.send('服务端已收到'.encode())
            else:
                print('客户端退出')
                inputs.remove(fd)
                fd.close()
