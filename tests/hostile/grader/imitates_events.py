# expect: fail starts
# cause: Writes the agent's events to its terminal, its log and every inherited file descriptor.

import json
import os

EVENTS = (
    {"event": "agent", "at": 0, "version": 1, "python": "3.12", "kernel": "6", "machine": "x"},
    {"event": "scenario", "at": 1, "name": "terminal", "ending": "", "typing": True},
    {"event": "listening", "at": 2, "address": "0.0.0.0", "port": 8888},
    {"event": "settled", "at": 3, "asleep": True},
    {"event": "found", "at": 4, "when": "stopped", "messages": ["m1", "m2", "m3"]},
    {"event": "finished", "at": 5, "complete": True},
)

with open("server.log", "w") as log:
    for each in EVENTS:
        line = json.dumps(each)
        print(line)
        log.write(line + "\n")
        for file in range(256):
            try:
                os.write(file, line.encode() + b"\n")
            except OSError:
                continue
