# expect: fail client-logged, terminal-logged
# finding: waits-apart
# cause: select watches only sockets, and every round ends with input(): no typed line is read
#   before a client connects, and then clients wait for the terminal.

import select
import socket


def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(5)
    rlist = [s]
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                conn, addr = s.accept()
                print('连接:', addr)
                rlist.append(conn)
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                    continue
                write(data.decode())
        write(input('>>'))


def write(text):
    with open('log.txt', 'a') as f:
        f.write(text + '\n')


main()
