# expect: pass
# cause: It reads lines from each client and never flushes its log.

# 按行读客户端, 客户端退出时剩下的也写; 日志没有flush
import socket, select, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 5030)); s.listen(5)
rl = [s, sys.stdin]; buf = {}
f = open('log.txt', 'a')
def log(who, text):
    f.write('%s: %s\n' % (who, text))
while True:
    for r in select.select(rl, [], [])[0]:
        if r is s:
            c, a = s.accept(); rl.append(c); buf[c] = b''
        elif r is sys.stdin: log('stdin', sys.stdin.readline().strip())
        else:
            d = r.recv(1024)
            buf[r] += d
            while b'\n' in buf[r]:
                line, buf[r] = buf[r].split(b'\n', 1)
                log('client', line.decode())
            if not d:
                if buf[r]: log('client', buf[r].decode())
                rl.remove(r); del buf[r]; r.close()
