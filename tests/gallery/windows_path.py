# expect: pass
# cause: The log's name is a Windows path with slashes (a relative folder named C: on Linux).

import socket, select, sys

sk = socket.socket()
sk.bind(('127.0.0.1', 8080))
sk.listen(5)
fr = [sk, sys.stdin]


def log(text):
    with open('C:/Users/Administrator/Desktop/log.txt', 'a', encoding='utf-8') as fw:
        fw.write(text)
        fw.write('\n')


while True:
    a, b, c = select.select(fr, [], [])
    for item in a:
        if item is sk:
            con, ad = sk.accept()
            fr.append(con)
        elif item is sys.stdin:
            log(input())
        else:
            ret = item.recv(1024)
            if ret:
                log(ret.decode('utf-8'))
            else:
                item.close()
                fr.remove(item)
