# expect: fail terminal-logged, silent-client, newcomer, waits-in-select
# finding: no-select
# cause: It uses no select: it accepts a client, receives from it until it leaves, then accepts the
#   next, and never reads the terminal.

from socket import *

sockfd = socket(AF_INET, SOCK_STREAM)
sockfd.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
sockfd.bind(('0.0.0.0', 8888))
sockfd.listen(5)

f = open('log.txt', 'a')
while True:
    print('Waiting for connect...')
    try:
        connfd, addr = sockfd.accept()
    except KeyboardInterrupt:
        print('服务器退出')
        break
    print('Connect from', addr)
    while True:
        data = connfd.recv(1024)
        if not data:
            break
        print('收到:', data.decode())
        f.write(data.decode() + '\n')
        f.flush()
        connfd.send(b'Receive your message')
    connfd.close()
sockfd.close()
