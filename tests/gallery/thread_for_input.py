# expect: fail waits-in-select
# finding: several-threads
# cause: It uses select for the sockets, but a second thread with input() for the terminal.

import select
import socket
import threading

f = open('log.txt', 'a', encoding='utf-8', buffering=1)


def read_terminal():
    while True:
        try:
            line = input('>>> ')
        except EOFError:
            return
        f.write('终端: ' + line + '\n')


def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(5)
    t = threading.Thread(target=read_terminal)
    t.daemon = True
    t.start()
    rlist = [s]
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                else:
                    f.write('客户端: ' + data.decode() + '\n')


main()
