# expect: pass
# cause: The log is an indented JSON list: who, when and what are on separate lines.

import socket, sys, time, os
from select import select
import json
HOST, PORT = "0.0.0.0", 8888
nicks = {}
def now():
    return time.strftime("%Y-%m-%d %H:%M:%S")

records = []
def save(user, text):
    records.append({"user": user, "time": now(), "text": text})
    with open("log.json", "w", encoding="utf-8") as f:
        json.dump(records, f, ensure_ascii=False, indent=4)

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
                    c.send("昵称?".encode())
                elif r is sys.stdin:
                    line = sys.stdin.readline()
                    if not line:
                        rlist.remove(sys.stdin)
                        continue
                    line = line.rstrip("\n")
                    save("管理员", line)
                else:
                    try:
                        data = r.recv(1024)
                    except ConnectionError:
                        data = b""
                    if not data:
                        rlist.remove(r)
                        addr = addrs.pop(r)
                        r.close()
                        nicks.pop(r, None)
                        continue
                    text = data.decode("utf-8", "replace")
                    addr = addrs[r]
                    if r not in nicks:
                        nicks[r] = text
                        save("系统", "新用户 " + text)
                        continue
                    save(nicks[r], text)
    except KeyboardInterrupt:
        pass
    finally:
        pass
        s.close()

main()
