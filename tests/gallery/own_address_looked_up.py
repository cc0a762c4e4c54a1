# expect: pass
# cause: It looks up its own address as the internet recommends, by connecting a UDP socket to
#   8.8.8.8, and binds that.

import select
import socket
import sys


def own_address():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        s.connect(('8.8.8.8', 80))
        return s.getsockname()[0]
    finally:
        s.close()


def write(log, who, text):
    log.write('%s: %s\n' % (who, text))
    log.flush()


def main():
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((own_address(), 8888))
    listener.listen(5)
    print('服务端地址', listener.getsockname())
    rlist = [listener, sys.stdin]
    names = {}
    with open('server.log', 'a', encoding='utf-8') as log:
        while True:
            for r in select.select(rlist, [], [])[0]:
                if r is listener:
                    c, addr = listener.accept()
                    rlist.append(c)
                    names[c] = '%s:%s' % addr
                elif r is sys.stdin:
                    line = sys.stdin.readline()
                    if line:
                        write(log, '终端', line.strip())
                    else:
                        rlist.remove(r)
                else:
                    data = r.recv(4096)
                    if data:
                        write(log, names[r], data.decode('utf-8'))
                    else:
                        rlist.remove(r)
                        del names[r]
                        r.close()


main()
