# expect: pass
# cause: It logs a record for each receiver, named by file descriptor number, with the time in
#   milliseconds.

import socket, sys, time, os
from select import select
import logging
HOST, PORT = "0.0.0.0", 8888
logging.basicConfig(filename="chat.log", level=logging.INFO, format="%(asctime)s %(message)s", encoding="utf-8")
def others(rlist, s, me):
    return [c for c in rlist if c not in (s, sys.stdin, me)]
def pass_on(c, text):
    try:
        c.send(text.encode())
    except OSError:
        pass

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
                    logging.info("管理员: %s", line)
                    for c in others(rlist, s, None):
                        pass_on(c, line)
                        logging.info("转发给 fd=%d: %s", c.fileno(), line)
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
                    logging.info("收到 %s: %s", addr, text)
                    for c in others(rlist, s, r):
                        pass_on(c, text)
                        logging.info("转发给 fd=%d: %s", c.fileno(), text)
    except KeyboardInterrupt:
        pass
    finally:
        pass
        s.close()

main()
