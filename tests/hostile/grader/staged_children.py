# expect: fail waits-in-select
# cause: Waits in select, while children that live for a moment use the processor.

import os
import select
import signal
import socket
import sys
import time


def spin(*_):
    if os.fork() == 0:
        end = time.monotonic() + 0.008
        while time.monotonic() < end:
            pass
        os._exit(0)


def main():
    listener = socket.create_server(("0.0.0.0", 8888), backlog=100)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, spin)
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
    sources = [listener, sys.stdin]
    with open("server.log", "a", encoding="utf-8", buffering=1) as log:
        while True:
            for source in select.select(sources, [], [])[0]:
                if source is listener:
                    signal.setitimer(signal.ITIMER_REAL, 0)  # once seen, it need not go on
                    sources.append(listener.accept()[0])
                    continue
                if source is sys.stdin:
                    text = sys.stdin.readline()
                else:
                    try:
                        text = source.recv(65536).decode("utf-8", "replace")
                    except ConnectionError:
                        text = ""
                if text:
                    log.write(text.rstrip() + "\n")
                else:
                    sources.remove(source)


main()
