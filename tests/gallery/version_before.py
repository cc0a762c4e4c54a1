# expect: pass
# cause: For each message it rewrites the log below a counter and keeps the previous version as
#   log.txt.1.

import socket, sys, time, os
from select import select

HOST, PORT = "0.0.0.0", 8888
records = []
def log(who, text):
    records.append(f"{time.strftime('%H:%M:%S')} {who} {text}\n")
    if os.path.exists("log.txt"):
        os.replace("log.txt", "log.txt.1")
    with open("log.txt", "w", encoding="utf-8") as f:
        f.write(f"共 {len(records)} 条记录\n")
        f.writelines(records)

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
