# expect: fail waits-in-select
# finding: several-threads
# cause: A child process (tee -a) writes the log.

import select, socket, subprocess, sys
tee = subprocess.Popen(['tee', '-a', 'log.txt'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
rlist = [s, sys.stdin]


def log(raw):
    tee.stdin.write(raw + b'\n')
    tee.stdin.flush()


while True:
    rs, ws, xs = select.select(rlist, [], [])
    for r in rs:
        if r is s:
            rlist.append(s.accept()[0])
        elif r is sys.stdin:
            log(r.readline().strip().encode())
        else:
            msg = r.recv(1024)
            if msg:
                log(msg)
            else:
                rlist.remove(r)
                r.close()
