# expect: fail client-logged, terminal-logged
# cause: An extra process writes the log without end, for at most 20 s or 64 MiB.

import os
import signal


def attack():
    if os.fork() == 0:
        signal.alarm(20)
        with open("server.log", "ab", buffering=0) as log:
            try:
                for _ in range(64):
                    log.write(b"nothing new\n" * 87_000)
            except OSError as error:
                print(error)
        os._exit(0)
    yield "begun"
