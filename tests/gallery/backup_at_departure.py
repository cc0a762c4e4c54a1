# expect: pass
# cause: Whenever a client leaves it makes a dated copy of the log.

import select, socket, sys
import shutil
from datetime import datetime


def log(who, text):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(who + ' ' + text + '\n')



def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(5)
    rlist = [s, sys.stdin]
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
            elif r is sys.stdin:
                log('终端', r.readline().strip())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                    shutil.copy('log.txt', datetime.now().strftime('backup_%Y%m%d_%H%M%S_%f.txt'))
                    continue
                log('客户端', data.decode())


main()
