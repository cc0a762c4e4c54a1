# expect: fail waits-in-select
# finding: blocks
# cause: Whenever nobody has spoken for a while it receives from every client, ready or not.

import socket, sys, time, os
from select import select

HOST, PORT = "0.0.0.0", 8888
f = open("log.txt", "a", encoding="utf-8")
def log(who, text):
    f.write(f"{time.strftime('%H:%M:%S')} {who}: {text}\n")
    f.flush()

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
                for c in addrs:
                    d = c.recv(1024)
                    log("超时检查", d.decode())
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
