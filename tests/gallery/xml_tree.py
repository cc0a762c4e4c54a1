# expect: pass
# cause: It writes XML, in which characters become references.

import xml.etree.ElementTree as ET, socket, select, sys, atexit
root = ET.Element('log')
def add(tag, text):
    e = ET.SubElement(root, 'record', {'from': tag}); e.text = text; e.tail = '\n'
def save():
    ET.ElementTree(root).write('log.xml')
atexit.register(save)
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 5003)); s.listen(5)
rl = [s, sys.stdin]
while True:
    for r in select.select(rl, [], [])[0]:
        if r is s:
            rl.append(s.accept()[0])
        elif r is sys.stdin:
            add('stdin', sys.stdin.readline().strip())
        else:
            d = r.recv(1024)
            if not d:
                rl.remove(r); r.close()
            else:
                add(str(r.getpeername()), d.decode())
