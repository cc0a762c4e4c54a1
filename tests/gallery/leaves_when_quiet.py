# expect: fail waits-in-select
# finding: timeout-ends-it
# cause: It ends as soon as nobody has spoken for two seconds.

import select, socket, sys
s = socket.socket()
s.bind(('0.0.0.0', 8888))
s.listen(5)
rl = [s, sys.stdin]
f = open('log.txt', 'a')
while True:
    rs, ws, xs = select.select(rl, [], [], 2)
    if not rs:
        print('没有消息，退出')
        break
    for r in rs:
        if r is s:
            rl.append(s.accept()[0])
        elif r is sys.stdin:
            f.write('终端 ' + sys.stdin.readline())
        else:
            m = r.recv(1024)
            if m:
                f.write('客户端 ' + m.decode() + '\n')
            else:
                rl.remove(r)
                r.close()
f.close()
s.close()
