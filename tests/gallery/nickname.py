# expect: pass
# cause: A chat room: a client's first message is its name, which precedes each later one.

# 聊天室：第一条消息是昵称
import socket, select, sys, time

def write(msg):
    with open('chat.log', 'a', encoding='utf-8') as f:
        f.write(time.strftime('%F %T ') + msg + '\n')

def broadcast(names, me, msg):
    for c in names:
        if c is not me and names[c]:
            c.send((msg + '\n').encode())

def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(5)
    names = {}
    while True:
        rs, _, _ = select.select([s, sys.stdin] + list(names), [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                names[c] = ''
                c.send('请输入昵称:'.encode())
            elif r is sys.stdin:
                line = sys.stdin.readline().strip()
                write('管理员: ' + line)
                broadcast(names, None, '管理员: ' + line)
            else:
                data = r.recv(1024)
                if not data:
                    name = names.pop(r)
                    r.close()
                    write('有人退出了聊天室')
                    broadcast(names, None, name + ' 退出')
                elif not names[r]:
                    names[r] = data.decode()
                    write('新用户: ' + names[r])
                else:
                    write(names[r] + ' 说: ' + data.decode())
                    broadcast(names, r, names[r] + ' 说: ' + data.decode())

main()
