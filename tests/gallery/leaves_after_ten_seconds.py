# expect: fail waits-in-select
# finding: timeout-ends-it
# cause: It ends as soon as nobody has spoken for ten seconds.

import select
import socket
import sys

HOST, PORT = '0.0.0.0', 9999


def write_log(who, text):
    with open('server.log', 'a', encoding='utf-8') as file:
        file.write('%s: %s\n' % (who, text))


def main():
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((HOST, PORT))
    sock.listen(10)
    print('等待连接...')
    inputs = [sock, sys.stdin]
    while True:
        readable, _, _ = select.select(inputs, [], [], 10)
        if len(readable) == 0:
            print('超时，服务端退出')
            break
        for item in readable:
            if item is sock:
                conn, addr = sock.accept()
                print('客户端', addr)
                inputs.append(conn)
            elif item is sys.stdin:
                write_log('terminal', sys.stdin.readline().strip())
            else:
                data = item.recv(1024)
                if data:
                    write_log('client', data.decode())
                    item.send(b'OK')
                else:
                    inputs.remove(item)
                    item.close()
    sock.close()


if __name__ == '__main__':
    main()
