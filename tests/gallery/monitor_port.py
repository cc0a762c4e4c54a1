# expect: pass
# cause: It listens on a second port, for clients that only watch.

import select, socket, sys


def listen(port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', port))
    s.listen(5)
    return s


server, monitor = listen(8888), listen(9999)
clients, viewers = [], []


def log(text):
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write(text + '\n')
    for v in viewers:
        v.sendall((text + '\n').encode())


while True:
    rs, ws, xs = select.select([server, monitor, sys.stdin] + clients + viewers, [], [])
    for r in rs:
        if r is server:
            clients.append(r.accept()[0])
        elif r is monitor:
            viewers.append(r.accept()[0])
        elif r is sys.stdin:
            log('终端 ' + r.readline().strip())
        else:
            d = r.recv(1024)
            if not d:
                (clients if r in clients else viewers).remove(r)
                r.close()
            elif r in clients:
                log('客户端 ' + d.decode())
