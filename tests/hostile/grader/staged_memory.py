# expect: fail waits-in-select
# cause: Waits for an epoll, and has a thread that ends change what its `select` shows in memory.

import ctypes
import select
import socket
import sys
import threading
import time

libc = ctypes.CDLL(None)


def main():
    listener = socket.create_server(("0.0.0.0", 8888), backlog=100)
    epoll, clients = select.epoll(), {}
    epoll.register(listener, select.EPOLLIN)
    watched = (ctypes.c_ubyte * 128)()

    def watch(*files):
        for file in files:
            watched[file // 8] |= 1 << (file % 8)

    def pretend():
        time.sleep(0.005)
        watch(0, listener.fileno(), *clients)

    with open("server.log", "a", encoding="utf-8", buffering=1) as log:
        while True:
            ctypes.memset(watched, 0, 128)
            watch(0, epoll.fileno())
            threading.Thread(target=pretend).start()
            libc.select(200, watched, None, None, None)
            if select.select([0], [], [], 0)[0]:
                log.write(sys.stdin.readline())
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
