# expect: fail starts
# cause: Fills sockets until the agent is killed in its place, with at most 600 MiB.

import os
import socket
import time

PROCESSES, PAIRS, MOST = 12, 100, 50 << 20


def fill():
    """Keep what fits into the sockets' buffers."""
    kept, size = [], 0
    piece = bytes(16 << 10)
    for _ in range(PAIRS):
        ends = socket.socketpair()
        kept.append(ends)
        for end in ends:
            end.setblocking(False)
            try:
                while size < MOST:
                    size += end.send(piece)
            except BlockingIOError:
                pass
    return kept, size


def attack():
    # Become what the kernel kills last, once memory runs out.
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("0")
    for _ in range(PROCESSES):
        if os.fork() == 0:
            kept, size = fill()
            time.sleep(3)
            os._exit(0)
    time.sleep(3)
    yield "all sockets were filled"
