# expect: fail waits-in-select
# cause: Serves from a signal handler, while its main thread shows a select of two silent pipes.

import fcntl
import os
import select
import signal
import socket

LOG = os.open("server.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
READS = {}


def arm(file, read):
    """Have the kernel send SIGIO whenever there is something to read."""
    READS[file] = read
    fcntl.fcntl(file, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(file, fcntl.F_GETFL)
    fcntl.fcntl(file, fcntl.F_SETFL, flags | os.O_ASYNC | os.O_NONBLOCK)


def serve(*_):
    found = True
    while found:
        found = False
        for file, read in list(READS.items()):
            try:
                read(file)
                found = True
            except BlockingIOError:
                pass


def main():
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("0.0.0.0", 8888))
    listener.listen(100)

    def accept(_):
        client, _ = listener.accept()
        arm(client.fileno(), lambda file: receive(file, client))

    def receive(file, client):
        try:
            data = client.recv(65536)
        except ConnectionError:
            data = b""
        if data:
            os.write(LOG, data + b"\n" * (not data.endswith(b"\n")))
        else:
            del READS[file]
            client.close()

    def type_in(file):
        data = os.read(file, 65536)
        os.write(LOG, data)
        if not data:
            del READS[file]

    signal.signal(signal.SIGIO, serve)
    arm(listener.fileno(), accept)
    arm(0, type_in)
    silent = [os.pipe()[0], os.pipe()[0]]
    while True:
        select.select(silent, [], [])


main()
