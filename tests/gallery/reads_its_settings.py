# expect: fail starts
# finding: missing-file
# cause: It reads address and port from a settings file that was not submitted; ConfigParser does not
#   mind, so a KeyError is all that shows.

import configparser
import select
import sys
from socket import *

config = configparser.ConfigParser()
config.read('server.ini')
host = config['server']['host']
port = int(config['server']['port'])

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind((host, port))
s.listen(5)
f = open('log.txt', 'a', buffering=1)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            rlist.append(s.accept()[0])
        elif r is sys.stdin:
            f.write(r.readline())
        else:
            data = r.recv(1024)
            if data:
                f.write(data.decode() + '\n')
            else:
                rlist.remove(r)
                r.close()
