# expect: fail exact-text
# cause: One log is in order, without Chinese; another one is exact, but once a second client has
#   come, with the newest on top.

import select
import socket
import sys

listener = socket.create_server(("127.0.0.1", 0))
sources = [listener, sys.stdin]
texts: list[str] = []


def write(text: str) -> None:
    texts.insert(0 if len(sources) > 3 else len(texts), f"{text}\n")
    with open("exact.log", "w", encoding="utf-8") as log:
        log.writelines(texts)
    with open("ordered.log", "a", encoding="ascii", errors="replace") as log:
        log.write(f"{text}\n")


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
