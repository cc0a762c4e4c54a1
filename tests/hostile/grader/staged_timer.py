# expect: fail waits-in-select
# cause: A timer that is a file wakes it to look for input, and a child that ends changes what its
#        `select` shows in memory.

import ctypes
import os
import select
import socket
import sys
import time

libc = ctypes.CDLL(None)


def pretend(address, content):
    """Have a child of a child change this process's memory a moment later."""
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            time.sleep(0.005)
            try:
                with open(f"/proc/{parent}/mem", "r+b", buffering=0) as memory:
                    memory.seek(address)
                    memory.write(content)
            except OSError:
                pass
        os._exit(0)
    os.waitpid(child, 0)


def main():
    listener = socket.create_server(("0.0.0.0", 8888), backlog=100)
    timer = libc.timerfd_create(time.CLOCK_MONOTONIC, 0)
    libc.timerfd_settime(timer, 0, (ctypes.c_long * 4)(0, 50_000_000, 0, 50_000_000), None)
    clients = {}
    watched = (ctypes.c_ubyte * 128)()

    def watch(*files):
        for file in files:
            watched[file // 8] |= 1 << (file % 8)

    with open("server.log", "a", encoding="utf-8", buffering=1) as log:
        while True:
            ctypes.memset(watched, 0, 128)
            watch(0, listener.fileno(), *clients)
            shown = bytes(watched)
            ctypes.memset(watched, 0, 128)
            watch(timer)
            pretend(ctypes.addressof(watched), shown)
            libc.select(200, watched, None, None, None)
            os.read(timer, 8)
            ready = select.select([0, listener, *clients.values()], [], [], 0)[0]
            if 0 in ready:
                log.write(sys.stdin.readline())
            if listener in ready:
                client, _ = listener.accept()
                clients[client.fileno()] = client
            for client in set(ready) & set(clients.values()):
                try:
                    text = client.recv(65536).decode("utf-8", "replace")
                except ConnectionError:
                    text = ""
                if text:
                    log.write(text.rstrip() + "\n")
                else:
                    del clients[client.fileno()]
                    client.close()


main()
