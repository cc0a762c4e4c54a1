# expect: fail client-logged
# finding: hides-errors
# cause: An error after each message is caught, and the handler closes the client's connection.
from socket import *
from select import select
import sys
s=socket()
s.setsockopt(SOL_SOCKET,SO_REUSEADDR,1)
s.bind(('0.0.0.0',8888))
s.listen(3)
rlist=[s,sys.stdin]
f=open('log.txt','a')
while True:
    rs,ws,xs=select(rlist,[],[])
    for r in rs:
        try:
            if r is s:
                c,addr=s.accept()
                rlist.append(c)
            elif r is sys.stdin:
                f.write(r.readline())
                f.flush()
            else:
                data=r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                    continue
                f.write(data.decode()+'\n')
                f.flush()
                count+=1
                print('number',count)
        except Exception as e:
            rlist.remove(r)
            r.close()
