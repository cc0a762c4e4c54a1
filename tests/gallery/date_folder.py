# expect: pass
# cause: It calls setlocale with an empty name and makes a folder named after the date.

import argparse, os, select, socket, sys, time, getpass, locale, platform
locale.setlocale(locale.LC_ALL, '')
p = argparse.ArgumentParser()
p.add_argument('--host', default=''); p.add_argument('--port', type=int, default=5021)
p.add_argument('--log', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), 'logs'))
args = p.parse_args()
d = os.path.join(args.log, time.strftime('%Y'), time.strftime('%m-%d'))
os.makedirs(d, exist_ok=True)
path = os.path.join(d, '%s_%s.log' % (getpass.getuser(), platform.node()))
def log(*a):
    with open(path, 'a') as f: print(time.strftime('%x %X'), *a, file=f)
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((args.host, args.port)); s.listen()
rl = [s, sys.stdin]
while True:
    for r in select.select(rl, [], [])[0]:
        if r is s: rl.append(s.accept()[0])
        elif r is sys.stdin: log('terminal', sys.stdin.readline().strip())
        else:
            m = r.recv(1024).decode()
            if m: log(*r.getpeername(), m)
            else: rl.remove(r); r.close()
