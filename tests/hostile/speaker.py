"""A server that logs TEXT, from the attack in front of it, in every record.

At the second message it prints TEXT and ends, so that reports have to show it."""

import select
import socket
import sys


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    messages = 0
    with open("server.log", "ab", buffering=0) as log:
        sources = [listener, sys.stdin]
        while True:
            for source in select.select(sources, [], [])[0]:
                if source is listener:
                    sources.append(listener.accept()[0])
                    continue
                text = sys.stdin.readline().encode() if source is sys.stdin else source.recv(4096)
                log.write(TEXT + text + b"\n")  # noqa: F821
                messages += source is not sys.stdin
                if messages == 2:
                    sys.stdout.buffer.write(TEXT)  # noqa: F821
                    sys.exit(1)


main()
