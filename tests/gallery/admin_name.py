# expect: pass
# cause: It asks for a name on the terminal first, after it has started to listen.

import socket, select, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8000)); s.listen(5)
f = open('chat.log', 'a')
rlist = [s, sys.stdin]
admin = ''
print('请输入管理员名字:', end='', flush=True)
while True:
    rs, _, _ = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            c, addr = s.accept(); rlist.append(c)
        elif r is sys.stdin:
            line = sys.stdin.readline().strip()
            if not admin:
                admin = line
                print('欢迎', admin)
                f.write('管理员 %s 登录\n' % admin)
            else:
                f.write('管理员 %s: %s\n' % (admin, line))
            f.flush()
        else:
            data = r.recv(1024)
            if not data:
                rlist.remove(r); r.close(); continue
            f.write('%s: %s\n' % (r.getpeername(), data.decode())); f.flush()
