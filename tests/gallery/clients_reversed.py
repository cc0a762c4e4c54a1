# expect: fail client-order, arrival-order
# finding: kept-until-exit
# cause: Clients' messages are inserted at the front of their list, typed lines appended to theirs;
#   both lists are written at exit.

import sys
import socket
import select


def save(clients_msgs, typed):
    f = open('log.txt', 'w', encoding='utf-8')
    f.write('=====客户端消息=====\n')
    f.writelines(clients_msgs)
    f.write('=====终端消息=====\n')
    f.writelines(typed)
    f.close()


def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(5)
    rlist = [s, sys.stdin]
    clients_msgs, typed = [], []
    try:
        while True:
            rs, ws, xs = select.select(rlist, [], [])
            for r in rs:
                if r is s:
                    c, addr = s.accept()
                    rlist.append(c)
                elif r is sys.stdin:
                    typed.append(r.readline())
                else:
                    data = r.recv(1024)
                    if not data:
                        rlist.remove(r)
                        r.close()
                        continue
                    clients_msgs.insert(0, '%s %s\n' % (r.getpeername(), data.decode()))
    finally:
        save(clients_msgs, typed)


main()
