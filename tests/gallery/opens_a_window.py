# expect: fail starts
# finding: needs-a-screen
# cause: It shows the messages in a window of tkinter, and a server has no screen.

import select
import sys
import tkinter
from socket import *

window = tkinter.Tk()
window.title('日志')
text = tkinter.Text(window)
text.pack()

s = socket()
s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 8888))
s.listen(5)
f = open('log.txt', 'a', buffering=1)
rlist = [s, sys.stdin]
while True:
    rs, ws, xs = select.select(rlist, [], [], 0.1)
    window.update()
    for r in rs:
        if r is s:
            rlist.append(s.accept()[0])
            continue
        msg = r.readline() if r is sys.stdin else r.recv(1024).decode()
        if not msg:
            rlist.remove(r)
            r.close()
            continue
        text.insert('end', msg)
        f.write(msg.strip() + '\n')
