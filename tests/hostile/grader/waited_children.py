# expect: fail waits-in-select, rests-when-idle
# cause: Waits in select, while orphans that live for a moment use the processor.

import os
import select
import signal
import socket
import sys
import time


def spin(*_):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            while time.process_time() < 0.04:
                pass
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    os.read(reader, 1)  # until the orphan has ended
    os.close(reader)
    signal.setitimer(signal.ITIMER_REAL, 0.02)


def main():
    listener = socket.create_server(("0.0.0.0", 8888), backlog=100)
    signal.signal(signal.SIGALRM, spin)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
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
