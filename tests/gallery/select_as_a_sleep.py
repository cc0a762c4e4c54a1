# expect: fail waits-in-select
# finding: serves-unwatched
# cause: It tries non-blocking sockets one after another, and calls select on three empty lists in
#   place of time.sleep.

import os
import select
import socket


def connect(server, clients):
    try:
        client, addr = server.accept()
    except BlockingIOError:
        return
    client.setblocking(False)
    clients.append(client)


def receive(client, clients, log):
    try:
        data = client.recv(1024)
    except BlockingIOError:
        return
    if data:
        log.write(b'client: ' + data + b'\n')
    else:
        clients.remove(client)
        client.close()


def read_terminal(log):
    try:
        log.write(b'stdin: ' + os.read(0, 1024))
    except BlockingIOError:
        pass


def main():
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(('0.0.0.0', 8888))
    server.listen(5)
    server.setblocking(False)
    os.set_blocking(0, False)
    clients = []
    log = open('log.txt', 'ab', 0)
    while True:
        connect(server, clients)
        for client in clients[:]:
            receive(client, clients, log)
        read_terminal(log)
        select.select([], [], [], 0.02)


main()
