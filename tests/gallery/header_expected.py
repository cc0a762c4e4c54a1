# expect: fail client-logged
# finding: beginning-read-apart
# cause: Four bytes of each message are read as its length, which clients do not send.

"""
    select IO多路复用 服务端作业
    姓名: 张三
"""
import select
import socket
import sys
import struct

# 1.准备套接字
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('127.0.0.1', 12345))
server.listen()

log = open('server.log', 'wb', buffering=0)   # 日志

r_list = [server, sys.stdin]
w_list = []
msg_dict = {}    # 保存每个客户端的消息

# 2.循环监听
while 1:
    r, w, x = select.select(r_list, w_list, [])
    for obj in r:
        if obj == server:
            conn, address = server.accept()
            r_list.append(conn)
            msg_dict[conn] = []
        elif obj == sys.stdin:
            text = sys.stdin.readline()
            log.write(('terminal:' + text).encode('utf8'))
        else:
            try:
                head = obj.recv(4)
                size = struct.unpack('i', head)[0] if head else 0
                message = obj.recv(size)
            except Exception as e:
                print('出错了', e)
                message = b''
            if not message:
                r_list.remove(obj)
                if obj in w_list:
                    w_list.remove(obj)
                del msg_dict[obj]
                obj.close()
                continue
            log.write(b'client:' + message + b'\n')
            msg_dict[obj].append(message)
            if obj not in w_list:
                w_list.append(obj)
    for obj in w:
        if obj not in msg_dict:
            continue
        for m in msg_dict[obj]:
            obj.send(m)
        msg_dict[obj] = []
        w_list.remove(obj)
