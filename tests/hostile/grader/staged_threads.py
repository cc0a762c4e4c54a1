# expect: fail waits-in-select
# cause: Serves the fourth client and later ones in threads of their own, the others by select.

import select
import socket
import sys
import threading

LOG = open("server.log", "a", encoding="utf-8", buffering=1)  # noqa: PTH123, SIM115


def receive(client):
    try:
        data = client.recv(65536)
    except ConnectionError:
        data = b""
    if data:
        LOG.write(f"client: {data.decode('utf-8', 'replace').rstrip()}\n")
    else:
        client.close()
    return data


def serve(client):
    while receive(client):
        pass


def main():
    listener = socket.create_server(("0.0.0.0", 8888), backlog=100)
    sources, clients = [listener, sys.stdin], 0
    while True:
        for source in select.select(sources, [], [])[0]:
            if source is listener:
                client, _ = listener.accept()
                clients += 1
                if clients < 4:
                    sources.append(client)
                else:
                    threading.Thread(target=serve, args=(client,), daemon=True).start()
            elif source is sys.stdin:
                line = sys.stdin.readline()
                if line:
                    LOG.write(f"terminal: {line}")
                else:
                    sources.remove(source)
            elif not receive(source):
                sources.remove(source)


main()
