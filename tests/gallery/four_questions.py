# expect: pass
# cause: It asks for address, port, file and backlog; Enter accepts the default.

import select, socket, sys


def ask(question, default):
    return input('%s [%s]: ' % (question, default)).strip() or default


host = ask('监听地址', '0.0.0.0')
port = int(ask('端口', '8888'))
path = ask('日志文件', 'log.txt')
backlog = int(ask('最大等待连接数', '5'))
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((host, port))
s.listen(backlog)
rlist = [s, sys.stdin]
f = open(path, 'a', encoding='utf-8', buffering=1)
while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            rlist.append(s.accept()[0])
        elif r is sys.stdin:
            f.write('终端: ' + r.readline())
        else:
            data = r.recv(1024)
            if data:
                f.write('客户端: ' + data.decode() + '\n')
            else:
                rlist.remove(r)
                r.close()
