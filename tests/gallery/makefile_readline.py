# expect: pass
# cause: It reads lines from each client, and its log is line-buffered.

import socket, select, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 5000)); s.listen(5)
files = {}
log = open('log.txt', 'w', buffering=1)
while True:
    rs, _, _ = select.select([s, sys.stdin] + list(files), [], [])
    for r in rs:
        if r is s:
            c, a = s.accept()
            files[c] = c.makefile('r', encoding='utf-8')
        elif r is sys.stdin:
            log.write('本机 ' + sys.stdin.readline())
        else:
            line = files[r].readline()
            if not line:
                files.pop(r).close(); r.close()
            else:
                log.write('客户 ' + line)
