# expect: fail client-logged, waits-in-select
# finding: loses-messages
# cause: Each client has a thread. It logs every other text, and it dies when its client leaves.
import select
import socket
import sys
import threading

names = {}


def serve(conn, log):
    count = 0
    while True:
        data = conn.recv(1024)
        if not data:
            del names[conn]
            conn.close()
            return
        count += 1
        if count % 2 == 0:
            log.write(data.decode() + "\n")
            log.flush()


def main():
    log = open("server.log", "a")
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("0.0.0.0", 8888))
    sock.listen(5)
    while True:
        ready, _, _ = select.select([sock, sys.stdin], [], [])
        for each in ready:
            if each is sock:
                conn, address = sock.accept()
                names[address] = conn
                threading.Thread(target=serve, args=(conn, log), daemon=True).start()
            else:
                log.write(sys.stdin.readline())
                log.flush()


main()
