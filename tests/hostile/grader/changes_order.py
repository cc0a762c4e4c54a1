# expect: fail client-order, terminal-order, arrival-order
# cause: Logs the newest message on top, and keeps changing the order of the first two lines: as if a
#        timer had put all messages there.

import select
import socket
import sys

listener = socket.create_server(("127.0.0.1", 0), backlog=100)
sources = [listener, sys.stdin]
kept = []


def save():
    with open("server.log", "w", encoding="utf-8") as log:
        log.writelines(kept)


def note(text):
    kept.insert(0, f"{text}\n")
    save()


while True:
    ready = select.select(sources, [], [], 0.02)[0]
    if not ready:
        kept[:2] = kept[1::-1]
        save()
    for source in ready:
        if source is listener:
            sources.append(listener.accept()[0])
        elif source is sys.stdin:
            line = sys.stdin.readline()
            if line:
                note(line.strip())
            else:
                sources.remove(source)
        else:
            try:
                data = source.recv(1 << 20)
            except ConnectionError:
                data = b""
            if data:
                note(data.decode("utf-8", "replace"))
            else:
                sources.remove(source)
                source.close()
