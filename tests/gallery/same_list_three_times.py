# expect: fail waits-in-select, rests-when-idle
# finding: writable-is-ready
# cause: select(rlist, rlist, rlist): the terminal and the clients are always writable, so it spins
#   from the start.

import socket
import select
import sys

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('0.0.0.0', 8888))
server.listen(5)
inputs = [server, sys.stdin]
with open('log.txt', 'a', encoding='utf-8') as log:
    while True:
        readable, writable, error = select.select(inputs, inputs, inputs)
        for sk in readable:
            if sk is server:
                conn, addr = server.accept()
                inputs.append(conn)
            elif sk is sys.stdin:
                log.write('本地: ' + sys.stdin.readline())
                log.flush()
            else:
                msg = sk.recv(1024)
                if msg:
                    log.write('远程: ' + msg.decode() + '\n')
                    log.flush()
                else:
                    inputs.remove(sk)
                    sk.close()
