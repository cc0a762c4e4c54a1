"""Servers as source code: a right one, and how to change it."""

_SERVER = """\
import os, signal, socket, sys, time
from select import select

LOG = "server.log"

def log(data):
    with open(os.path.expanduser(LOG), "ab") as file:
        file.write(data + b"\\n")

def on_accept(client):
    rlist.append(client)

def on_text(client, data):
    log(data)

def on_line(line):
    log(line.strip().encode())

def on_departure(client):
    rlist.remove(client)
    client.close()

def on_end():
    sys.exit(0)

def listen(family=socket.AF_INET, address="127.0.0.1", port=0):
    listener = socket.socket(family)
    listener.bind((address, port))
    listener.listen(8)
    return listener

def serve():
    while True:
        for ready in select(rlist, [], [])[0]:
            if ready is sys.stdin:
                on_line(sys.stdin.readline())
            elif ready in listeners:
                on_accept(ready.accept()[0])
            elif data := ready.recv(1024):
                on_text(ready, data)
            else:
                on_departure(ready)

# changed
try:
    listeners = [listen()]
    rlist = [sys.stdin, *listeners]
    # listening
    serve()
except KeyboardInterrupt:
    on_end()
"""


def server(changed: str = "", *, listening: str = "") -> str:
    """A server. ``changed`` may redefine its functions; ``listening`` runs once it listens."""
    indented = "\n    ".join(listening.splitlines())
    return _SERVER.replace("# changed", changed).replace("# listening", indented)


RIGHT = server()
