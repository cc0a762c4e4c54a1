# expect: pass
# cause: The log's path is formatted with % and leads into a folder that exists only on its
#   author's computer.

import socket, select, sys, time
# 日志目录
path = '/home/tarena/aid1904/log'
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('', 8889))
s.listen(3)
lst = [s, sys.stdin]
while 1:
    r, w, x = select.select(lst, [], [])
    for i in r:
        filename = '%s/%s.txt' % (path, time.strftime('%Y%m%d'))
        f = open(filename, 'a')
        if i == s:
            conn, a = s.accept()
            lst.append(conn)
        elif i == sys.stdin:
            f.write('server> ' + i.readline())
        else:
            d = i.recv(1024).decode()
            if d:
                f.write('%s> %s\n' % (i.getpeername()[1], d))
            else:
                lst.remove(i)
                i.close()
        f.close()
