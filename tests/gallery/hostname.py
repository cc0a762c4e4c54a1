# expect: pass
# cause: It binds to socket.gethostname(), like the example in Python's documentation.

import socket
import sys
from select import select

host = socket.gethostname()
serversocket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
serversocket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
serversocket.bind((host, 9999))
serversocket.listen(5)
print('主机名', host)

rlist = [serversocket, sys.stdin]
f = open('server.txt', 'a', encoding='utf-8')
while True:
    rs, ws, xs = select(rlist, [], [])
    for r in rs:
        if r is serversocket:
            clientsocket, addr = serversocket.accept()
            print('连接地址: %s' % str(addr))
            clientsocket.send('欢迎访问！\r\n'.encode('utf-8'))
            rlist.append(clientsocket)
        elif r is sys.stdin:
            f.write('本机\t' + sys.stdin.readline())
            f.flush()
        else:
            msg = r.recv(1024)
            if not msg:
                rlist.remove(r)
                r.close()
                continue
            f.write('远程\t' + msg.decode('utf-8') + '\n')
            f.flush()
