# expect: fail waits-in-select
# finding: timeout-ends-it
# cause: The classic example from a blog: when select has waited a second for nothing, it says so
#   and ends.

import select, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setblocking(False)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('localhost', 10001))
s.listen(10)
inputs = [s, sys.stdin]
outputs = []
timeout = 1
f = open('log.txt', 'a', 1)
while inputs:
    print("waiting for next event")
    readable, writable, exceptional = select.select(inputs, outputs, inputs, timeout)
    # When timeout reached , select return three empty lists
    if not (readable or writable or exceptional):
        print("Time out ! ")
        break
    for r in readable:
        if r is s:
            inputs.append(s.accept()[0])
        elif r is sys.stdin:
            f.write(sys.stdin.readline())
        else:
            d = r.recv(1024)
            if d:
                f.write(d.decode() + '\n')
            else:
                inputs.remove(r)
                r.close()
