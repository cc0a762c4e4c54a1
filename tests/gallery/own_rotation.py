# expect: pass
# cause: It rotates through several log files, numbered in its own way; each holds records of both
#   sources.

# 每个日志文件最多写 500 字节，满了换下一个: server_1.log server_2.log ...
import os, select, socket, sys

class RollingLog:
    def __init__(self, limit):
        self.limit, self.n = limit, 1

    def write(self, text):
        name = 'server_%d.log' % self.n
        if os.path.exists(name) and os.path.getsize(name) > self.limit:
            self.n += 1
            name = 'server_%d.log' % self.n
        with open(name, 'a') as f:
            f.write(text + '\n')

log = RollingLog(500)
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rl = [s, sys.stdin]
while True:
    for r in select.select(rl, [], [])[0]:
        if r is s:
            rl.append(s.accept()[0])
        elif r is sys.stdin:
            log.write('terminal ' + r.readline().strip())
        else:
            d = r.recv(1024)
            if d:
                log.write('client ' + d.decode())
            else:
                rl.remove(r)
                r.close()
