# expect: fail waits-in-select
# finding: log-vanished
# cause: It empties the log whenever nobody has spoken for a while.

import socket, sys, time, os
from select import select

HOST, PORT = "0.0.0.0", 8888
f = open("log.txt", "w", encoding="utf-8")
def log(who, text):
    f.write(f"{who} {text}\n"); f.flush()

def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((HOST, PORT))
    s.listen(5)
    rlist = [s, sys.stdin]
    addrs = {}
    try:
        while True:
            rs, ws, xs = select(rlist, [], [], 3)
            if not rs:
                f.seek(0); f.truncate()
            for r in rs:
                if r is s:
                    c, addr = s.accept()
                    rlist.append(c)
                    addrs[c] = addr
                    pass
                elif r is sys.stdin:
                    line = sys.stdin.readline()
                    if not line:
                        rlist.remove(sys.stdin)
                        continue
                    line = line.rstrip("\n")
                    log("server", line)
                else:
                    try:
                        data = r.recv(1024)
                    except ConnectionError:
                        data = b""
                    if not data:
                        rlist.remove(r)
                        addr = addrs.pop(r)
                        r.close()
                        pass
                        continue
                    text = data.decode("utf-8", "replace")
                    addr = addrs[r]
                    log(addr, text)
    except KeyboardInterrupt:
        pass
    finally:
        pass
        s.close()

main()
