# expect: pass
# cause: It rotates its log in its own way: log.txt becomes log.N.txt.

import socket, sys, time, os
from select import select

HOST, PORT = "0.0.0.0", 8888
n = 0
count = 0
f = open("log.txt", "a", encoding="utf-8")
def log(who, text):
    global f, n, count
    if count >= 6:
        f.close(); n += 1; count = 0
        os.rename("log.txt", f"log.{n}.txt")
        f = open("log.txt", "a", encoding="utf-8")
    f.write(f"{who} {text}\n"); f.flush(); count += 1

def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((HOST, PORT))
    s.listen(5)
    rlist = [s, sys.stdin]
    addrs = {}
    try:
        while True:
            rs, ws, xs = select(rlist, [], [])
            pass
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
