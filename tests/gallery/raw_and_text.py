# expect: pass
# cause: Each record has two lines: the text as bytes, and decoded.

# 一条记录两行: 原始字节和解码后的文字
import socket, select, sys, time
def write_log(f, who, raw):
    f.write('==== %s %s ====\n' % (time.strftime('%Y-%m-%d %H:%M:%S'), who))
    f.write('原始数据: %r\n' % raw)
    f.write('解码内容: %s\n' % raw.decode().strip())
    f.flush()
def main():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('0.0.0.0', 8888))
    s.listen(5)
    f = open('log.txt', 'a', encoding='utf-8')
    rlist = [s, sys.stdin]
    while True:
        rs, ws, xs = select.select(rlist, [], [])
        for r in rs:
            if r is s:
                c, addr = s.accept()
                rlist.append(c)
            elif r is sys.stdin:
                write_log(f, '终端', sys.stdin.readline().encode())
            else:
                data = r.recv(1024)
                if not data:
                    rlist.remove(r)
                    r.close()
                    continue
                write_log(f, r.getpeername(), data)
if __name__ == '__main__':
    main()
