# expect: fail silent-client, departure
# limits: total 30
# cause: Sleeps for 3 s at each message of a third client, so that nobody comes to leave it.

import select
import socket
import sys
import time


def main():
    listener = socket.create_server(("0.0.0.0", 8888), backlog=100)
    sources = [listener, sys.stdin]
    with open("server.log", "a", encoding="utf-8", buffering=1) as log:
        while True:
            for source in select.select(sources, [], [])[0]:
                if source is listener:
                    sources.append(listener.accept()[0])
                    continue
                if source is sys.stdin:
                    text = sys.stdin.readline()
                else:
                    if sources.index(source) == 4:
                        time.sleep(3)
                    try:
                        text = source.recv(65536).decode("utf-8", "replace")
                    except ConnectionError:
                        text = ""
                if text:
                    log.write(text.rstrip() + "\n")
                else:
                    sources.remove(source)


main()
