# expect: pass
# cause: Each record is a JSON object on one line, with Chinese escaped as \uXXXX (the default of
#   ensure_ascii).

import json
import sys
import time
import socket
from select import select

LOG_NAME = 'log.jsonl'


def log(kind, source, text):
    record = {'time': time.time(), 'type': kind, 'from': source, 'text': text}
    with open(LOG_NAME, 'a') as f:
        json.dump(record, f)
        f.write('\n')


def start(host, port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((host, port))
    s.listen(128)
    return s


def run(s):
    rlist = [s, sys.stdin]
    while True:
        for r in select(rlist, [], [])[0]:
            if r is s:
                c, a = s.accept()
                rlist.append(c)
                log('connect', a, '')
            elif r is sys.stdin:
                log('terminal', 'stdin', r.readline().rstrip('\n'))
            else:
                data = r.recv(1024)
                if data:
                    log('client', r.getpeername(), data.decode())
                else:
                    log('leave', r.getpeername(), '')
                    rlist.remove(r)
                    r.close()


if __name__ == '__main__':
    try:
        run(start('0.0.0.0', 7777))
    except KeyboardInterrupt:
        pass
