# expect: pass
# cause: Whenever a client leaves it runs cp to copy the log.

import select, socket, subprocess, sys


def log(text):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(text + '\n')


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            rlist.append(s.accept()[0])
        elif r is sys.stdin:
            log('终端 ' + r.readline().strip())
        else:
            d = r.recv(1024)
            if d:
                log('客户端 ' + d.decode())
            else:
                rlist.remove(r)
                r.close()
                subprocess.run(['cp', 'log.txt', 'log.bak'], check=True)
