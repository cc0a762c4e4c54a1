# expect: pass
# cause: It logs through a TimedRotatingFileHandler that begins a new file each minute and never
#   deletes any.

import sys
import logging
import logging.handlers
from socket import socket, SOL_SOCKET, SO_REUSEADDR
from select import select


def get_logger(name):
    log = logging.getLogger(name)
    log.setLevel(logging.INFO)
    h = logging.handlers.TimedRotatingFileHandler(name + '.log', when='M', interval=1,
                                                  backupCount=0, encoding='utf-8')
    h.setFormatter(logging.Formatter('%(asctime)s|%(message)s'))
    log.addHandler(h)
    return log


def main():
    log = get_logger('select_server')
    s = socket()
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8889))
    s.listen()
    rlist, names = [s, sys.stdin], {}
    while True:
        rs, ws, xs = select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                names[c] = '%s:%s' % addr
                rlist.append(c)
                c.send('欢迎!'.encode())
            elif r is sys.stdin:
                log.info('服务端|' + input())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    del names[r]
                    r.close()
                    continue
                log.info(names[r] + '|' + data.decode())


main()
