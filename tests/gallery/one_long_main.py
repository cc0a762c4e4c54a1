# expect: pass
# craft: fail functions
# cause: All code is in one function main(), without parameters.

import sys
import time
from codecs import getincrementaldecoder
from select import select
from socket import *


def main():
    s = socket()
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(100)
    f = open('server.log', 'a', encoding='utf-8')
    rlist = [s, sys.stdin]
    decoders = {}
    try:
        while True:
            rs, ws, xs = select(rlist, [], [])
            for r in rs:
                if r is s:
                    c, addr = s.accept()
                    print('Connect from', addr)
                    rlist.append(c)
                    decoders[c] = getincrementaldecoder('utf-8')('replace')
                elif r is sys.stdin:
                    line = sys.stdin.readline()
                    if line:
                        f.write(time.ctime() + ' 终端 ' + line)
                        f.flush()
                    else:
                        rlist.remove(r)
                else:
                    try:
                        data = r.recv(1024)
                    except ConnectionError:
                        data = b''
                    if data:
                        text = decoders[r].decode(data)
                        if text:
                            f.write(time.ctime() + ' 客户端 ' + text + '\n')
                            f.flush()
                    else:
                        rlist.remove(r)
                        del decoders[r]
                        r.close()
    except KeyboardInterrupt:
        print('退出')
    f.close()
    s.close()


main()
