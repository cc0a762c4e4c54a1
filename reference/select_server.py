"""作业：使用 select 完成一个服务端程序。

把客户端发来的信息和终端输入的内容都写入同一个日志文件，可以同时连接多个客户端。

    python3 select_server.py        # 另开终端：nc 127.0.0.1 8888；Ctrl-C 结束
"""

import sys
from codecs import getincrementaldecoder
from select import select
from socket import SO_REUSEADDR, SOL_SOCKET, socket
from time import strftime

ADDRESS = ("0.0.0.0", 8888)
LOG_FILE = "server.log"
BUFFER_SIZE = 4096


def listen_on(address):
    """创建监听套接字；SO_REUSEADDR 使服务端结束后可以立即重新启动。"""
    listener = socket()
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen(128)
    return listener


def write_record(log, source, text):
    """写一条日志，并立即刷新缓冲区：服务端还在运行时就能看到它。"""
    log.write(f"{strftime('%Y-%m-%d %H:%M:%S')} [{source}] {text}\n")
    log.flush()


def accept_client(listener, clients):
    """接受一个客户端，记下它的名字和解码器。

    TCP 没有消息边界，一个汉字的几个字节可能分两次到达：解码器会保留不完整的部分。
    """
    connection, (host, port) = listener.accept()
    decoder = getincrementaldecoder("utf-8")(errors="replace")
    clients[connection] = f"{host}:{port}", decoder


def read_client(connection, clients, log):
    """读取一个就绪的客户端；它断开以后（recv 返回空）不再关注它。"""
    name, decoder = clients[connection]
    try:
        data = connection.recv(BUFFER_SIZE)
    except ConnectionError:
        data = b""
    text = decoder.decode(data, final=not data)
    if text:
        write_record(log, name, text.rstrip("\r\n"))
    if not data:
        del clients[connection]
        connection.close()


def read_terminal(log):
    """读取终端的一行；返回 False 表示终端不会再有输入（Ctrl-D）。"""
    line = sys.stdin.readline()
    if line:
        write_record(log, "terminal", line.rstrip("\n"))
    return bool(line)


def serve(listener, log):
    """阻塞在 select 上：哪个 IO 就绪，就处理哪个。"""
    clients = {}
    terminal = [sys.stdin]
    while True:
        ready, _, _ = select([listener, *terminal, *clients], [], [])
        for source in ready:
            if source is listener:
                accept_client(listener, clients)
            elif source in terminal:
                if not read_terminal(log):
                    terminal.clear()
            else:
                read_client(source, clients, log)


def main():
    """打开监听套接字和日志文件，运行到 Ctrl-C 为止。"""
    with listen_on(ADDRESS) as listener, open(LOG_FILE, "a", encoding="utf-8") as log:
        print(f"服务端已启动 {ADDRESS}，日志写入 {LOG_FILE}，Ctrl-C 结束")
        try:
            serve(listener, log)
        except KeyboardInterrupt:
            print("服务端结束")


if __name__ == "__main__":
    main()
