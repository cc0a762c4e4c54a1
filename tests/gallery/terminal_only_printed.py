# expect: fail terminal-logged
# finding: follow-the-line
# cause: A typed line is only printed, never logged.

import socket, select, sys

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('localhost', 9090))
server.listen(5)
inputs = [server, sys.stdin]
f = open('log.txt', 'a')

while True:
    r_list, w_list, x_list = select.select(inputs, [], [])
    for obj in r_list:
        if obj is server:
            conn, addr = obj.accept()
            inputs.append(conn)
        elif obj is sys.stdin:
            text = sys.stdin.readline()
            print('终端输入了:', text)
        else:
            content = obj.recv(1024)
            if content:
                f.write('%s\n' % content.decode())
                f.flush()
            else:
                inputs.remove(obj)
                obj.close()
