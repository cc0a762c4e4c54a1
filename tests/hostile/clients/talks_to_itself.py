# expect: at most 92 points
# limits: patience 1.0, total 12.0
# cause: Opens 100 connections to itself and sends over them without end, for at most 20 s.

import os
import signal
import socket


def attack():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(100)
    if os.fork() == 0:
        signal.alarm(20)
        ends = []
        for _ in range(100):
            ends.append(socket.create_connection(listener.getsockname()))
            ends.append(listener.accept()[0])
        while True:
            for one, other in zip(ends[::2], ends[1::2]):
                one.send(b"hello")
                other.recv(5)
    listener.close()
    yield "begun"
