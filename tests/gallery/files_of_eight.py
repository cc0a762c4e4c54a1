# expect: pass
# cause: A new numbered log file begins after every eight records.

# 每8条换一个文件 log_1.txt log_2.txt ...
import socket, select, sys
class Log:
    def __init__(self):
        self.n = 0; self.no = 0; self.f = None
    def write(self, text):
        if self.n % 8 == 0:
            if self.f: self.f.close()
            self.no += 1
            self.f = open('log_%d.txt' % self.no, 'w')
        self.n += 1
        self.f.write('%d. %s\n' % (self.n, text)); self.f.flush()
log = Log()
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 5004)); s.listen(5)
rl = [s, sys.stdin]
while True:
    for r in select.select(rl, [], [])[0]:
        if r is s:
            rl.append(s.accept()[0])
        elif r is sys.stdin:
            log.write(sys.stdin.readline().strip())
        else:
            d = r.recv(1024)
            if not d:
                rl.remove(r); r.close()
            else:
                log.write(d.decode())
