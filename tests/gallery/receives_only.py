# expect: pass
# cause: It shuts down its sending direction at once: clients read an end of file and may go on
#   sending.

# 服务端只收不发：接入后关闭写端
import socket, select, sys

def accept(listener, rlist):
    c, addr = listener.accept()
    c.shutdown(socket.SHUT_WR)
    rlist.append(c)

def handle(c, rlist, log):
    data = c.recv(1024)
    if data:
        log.write(b'[client] ' + data + b'\n')
    else:
        rlist.remove(c)
        c.close()

def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(5)
    rl = [s, sys.stdin]
    with open('log.txt', 'ab', buffering=0) as log:
        while True:
            for r in select.select(rl, [], [])[0]:
                if r is s:
                    accept(s, rl)
                elif r is sys.stdin:
                    log.write(b'[stdin] ' + r.readline().encode())
                else:
                    handle(r, rl, log)

main()
