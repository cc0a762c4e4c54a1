# expect: fail client-order, terminal-order, arrival-order
# cause: One log has each message twice, in order; another has each once, with the newest on top.

import select
import socket
import sys

listener = socket.create_server(("127.0.0.1", 0))
sources = [listener, sys.stdin]
texts: list[str] = []


def write(text: str) -> None:
    texts.insert(0, f"{text}\n")
    with open("twice.log", "a", encoding="utf-8") as log:
        log.write(f"{text}\n{text}\n")
    with open("newest.log", "w", encoding="utf-8") as log:
        log.writelines(texts)


while True:
    for source in select.select(sources, [], [])[0]:
        if source is listener:
            sources.append(listener.accept()[0])
        elif source is sys.stdin:
            write(sys.stdin.readline().strip())
        elif data := source.recv(4096):
            write(data.decode())
        else:
            sources.remove(source)
            source.close()
