# expect: pass
# cause: Beside its log it writes the whole history as one line of JSON at the end.

import json, select, socket, sys, time

history = []


def record(who, msg):
    history.append(msg)
    with open('log.txt', 'a', encoding='utf-8') as f:
        f.write('%s [%s] %s\n' % (time.strftime('%F %T'), who, msg))


def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(5)
    rlist = [s, sys.stdin]
    try:
        while True:
            rs, ws, xs = select.select(rlist, [], [])
            for r in rs:
                if r is s:
                    rlist.append(s.accept()[0])
                elif r is sys.stdin:
                    record('终端', sys.stdin.readline().strip())
                else:
                    data = r.recv(1024)
                    if data:
                        record('客户端', data.decode())
                    else:
                        rlist.remove(r)
                        r.close()
    except KeyboardInterrupt:
        with open('history.json', 'w', encoding='utf-8') as f:
            json.dump(history, f, ensure_ascii=False)


main()
