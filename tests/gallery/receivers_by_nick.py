# expect: pass
# cause: It logs a record for each receiver of a message, named by nickname.

import select, socket, sys

nick = {}


def log(text):
    with open('chat.log', 'a', encoding='utf-8') as f:
        f.write(text + '\n')


s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
conns = []
while True:
    for r in select.select([s, sys.stdin] + conns, [], [])[0]:
        if r is s:
            conns.append(s.accept()[0])
        elif r is sys.stdin:
            log('[管理员] ' + r.readline().strip())
        else:
            text = r.recv(1024).decode()
            if not text:
                conns.remove(r)
                r.close()
                log('[系统] %s 离开' % nick.pop(r, '无名'))
            elif r not in nick:
                nick[r] = text
                log('[系统] %s 进入' % text)
            else:
                log('[%s] %s' % (nick[r], text))
                for c in conns:
                    if c is not r and c in nick:
                        c.send(text.encode())
                        log('    转发给 %s: %s' % (nick[c], text))
