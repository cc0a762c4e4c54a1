# expect: pass
# cause: A client's first message is its nickname, and each record has two lines: nickname and
#   time, then the text.

import select, socket, sys, time

names = {}


def save(name, text):
    with open('聊天记录.txt', 'a', encoding='utf-8') as f:
        f.write('%s  %s\n%s\n\n' % (name, time.strftime('%Y/%m/%d %H:%M:%S'), text))


def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(5)
    rlist = [s, sys.stdin]
    while True:
        for r in select.select(rlist, [], [])[0]:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
                c.send('请输入昵称:'.encode())
            elif r is sys.stdin:
                save('管理员', r.readline().strip())
            else:
                text = r.recv(1024).decode()
                if not text:
                    rlist.remove(r)
                    r.close()
                    if r in names:
                        save('系统消息', names.pop(r) + ' 退出了聊天室')
                elif r not in names:
                    names[r] = text
                    save('系统消息', text + ' 加入了聊天室')
                else:
                    save(names[r], text)


main()
