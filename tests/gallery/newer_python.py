# expect: not-judged
# cause: It is written for Python 3.15: exceptions without parentheses, template strings, lazy imports.

lazy import logging.handlers
import select
import socket
import sys

type Sources = list[socket.socket]

log = open('server.log', 'a', encoding='utf-8')


def write[T](who: str, text: T) -> None:
    log.write(f"{who}: {"".join(str(text))}\n")
    log.flush()


def serve(sources: Sources, listener: socket.socket) -> None:
    while True:
        for each in select.select(sources, [], [])[0]:
            if each is listener:
                client, _ = listener.accept()
                sources.append(client)
            elif each is sys.stdin:
                write('terminal', sys.stdin.readline().strip())
            else:
                try:
                    data = each.recv(1024)
                except ConnectionError, TimeoutError:
                    data = b''
                if not data:
                    sources.remove(each)
                    each.close()
                    continue
                write('client', data.decode())


listener = socket.create_server(('0.0.0.0', 8888))
print(t'listening on {listener.getsockname()}')
serve([listener, sys.stdin], listener)
