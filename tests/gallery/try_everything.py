# expect: pass
# cause: A bare except surrounds everything, so even Ctrl-C does not end it (the word quit does);
#   each record is flushed.

import select, socket, sys, traceback

def log(f, msg):
    try:
        f.write(msg + '\n')
        f.flush()
    except:
        print('写日志出错')

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a', encoding='utf-8')
rlist = [s, sys.stdin]
running = True

while running:
    try:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                try:
                    c, addr = s.accept()
                    rlist.append(c)
                except:
                    print('连接出错')
            elif r is sys.stdin:
                msg = sys.stdin.readline()
                if msg == '':
                    rlist.remove(r)
                elif msg.strip() == 'quit':
                    running = False
                else:
                    log(f, '终端: ' + msg.strip())
            else:
                try:
                    data = r.recv(1024)
                    if not data:
                        raise Exception('客户端断开')
                    log(f, '客户端: ' + data.decode())
                    r.send(data)
                except:
                    rlist.remove(r)
                    r.close()
    except:
        traceback.print_exc()
f.close()
