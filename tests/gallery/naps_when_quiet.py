# expect: fail waits-in-select
# finding: sleeps
# cause: Whenever nobody has spoken for half a second it sleeps for a minute, and nothing wakes it.

import select, socket, sys, time

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('', 8000))
server.listen(10)
rlist = [server, sys.stdin]


def save(text):
    with open('log.txt', 'a', encoding='utf8') as f:
        f.write(text + '\n')


while True:
    rs, ws, xs = select.select(rlist, [], [], 0.5)
    if not rs and len(rlist) > 2:
        time.sleep(60)  # 没事做，休息一下
    for r in rs:
        if r is server:
            conn, addr = server.accept()
            rlist.append(conn)
        elif r is sys.stdin:
            save('terminal: ' + sys.stdin.readline().strip())
        else:
            data = r.recv(4096).decode()
            if data:
                save('client: ' + data)
            else:
                rlist.remove(r)
                r.close()
