# expect: fail waits-in-select
# cause: Serves from an epoll, hidden in a `select` among many silent files and a socket of its own.

import os
import select
import socket
import sys


def main():
    listener = socket.create_server(("0.0.0.0", 8888), backlog=100)
    epoll, clients = select.epoll(), {}
    epoll.register(listener, select.EPOLLIN)
    nobody = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent = os.pipe()[0]
    shown = [epoll, nobody, sys.stdin, *(os.dup(silent) for _ in range(80))]
    with open("server.log", "a", encoding="utf-8", buffering=1) as log:
        while True:
            if sys.stdin in select.select(shown, [], [])[0]:
                line = sys.stdin.readline()
                log.write(line)
                if not line:
                    shown.remove(sys.stdin)
            for file, _ in epoll.poll(0):
                if file == listener.fileno():
                    client, _ = listener.accept()
                    clients[client.fileno()] = client
                    epoll.register(client, select.EPOLLIN)
                    continue
                try:
                    text = clients[file].recv(65536).decode("utf-8", "replace")
                except ConnectionError:
                    text = ""
                if text:
                    log.write(text.rstrip() + "\n")
                else:
                    epoll.unregister(file)
                    clients.pop(file).close()


main()
