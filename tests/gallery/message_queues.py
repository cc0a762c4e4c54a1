# expect: pass
# cause: The well-known example from the web, with inputs, outputs and a dict of message queues,
#   plus stdin.

import select
import socket
import sys
import queue

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setblocking(0)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server_address = ('localhost', 10000)
print('starting up on %s port %s' % server_address)
server.bind(server_address)
server.listen(5)

inputs = [server, sys.stdin]
outputs = []
message_queues = {}
logfile = open('messages.log', 'a', encoding='utf-8')

while inputs:
    print('waiting for the next event')
    readable, writable, exceptional = select.select(inputs, outputs, inputs)
    for s in readable:
        if s is server:
            connection, client_address = s.accept()
            print('  connection from', client_address)
            connection.setblocking(0)
            inputs.append(connection)
            message_queues[connection] = queue.Queue()
        elif s is sys.stdin:
            logfile.write('stdin %s\n' % s.readline().strip())
            logfile.flush()
        else:
            data = s.recv(1024)
            if data:
                print('  received %s from %s' % (data, s.getpeername()))
                logfile.write('%s %s\n' % (s.getpeername(), data.decode()))
                logfile.flush()
                message_queues[s].put(data)
                if s not in outputs:
                    outputs.append(s)
            else:
                if s in outputs:
                    outputs.remove(s)
                inputs.remove(s)
                s.close()
                del message_queues[s]
    for s in writable:
        if s not in message_queues:
            continue
        try:
            next_msg = message_queues[s].get_nowait()
        except queue.Empty:
            print('  queue empty')
            outputs.remove(s)
        else:
            s.send(next_msg)
    for s in exceptional:
        inputs.remove(s)
        if s in outputs:
            outputs.remove(s)
        s.close()
        message_queues.pop(s, None)
