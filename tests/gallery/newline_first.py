# expect: pass
# cause: Each record begins with the newline instead of ending with it; the log is opened in mode
#   'w+'.

import sys
import select
import socket
from time import ctime

serv = socket.socket()
serv.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
serv.bind(('0.0.0.0', 11111))
serv.listen(3)
file = open('./log', 'w+', encoding='utf-8')
file.write('日志开始 ' + ctime())
list1 = [serv, sys.stdin]


def chuli_client(conn):
    """处理客户端"""
    global list1
    data = conn.recv(1024)
    if not data:
        list1 = [x for x in list1 if x is not conn]
        conn.close()
    else:
        jilu('客户端', data.decode())


def jilu(who, what):
    """记录日志"""
    file.write('\n%s %s %s' % (ctime(), who, what))
    file.flush()


while True:
    rs, ws, xs = select.select(list1, [], [])
    for r in rs:
        if r is serv:
            conn, addr = serv.accept()
            list1.append(conn)
        elif r is sys.stdin:
            jilu('终端', input())
        else:
            chuli_client(r)
