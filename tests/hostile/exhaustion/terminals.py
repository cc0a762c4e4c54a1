# expect: pass
# notes: openpty: refused
# cause: Opens 600 pseudo-terminals in three processes.

import os


def attack():
    for _ in range(3):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                for _ in range(200):
                    os.openpty()
                    os.write(writer, b"one was granted, ")
                os.write(writer, b"all were granted")
            except OSError as error:
                os.write(writer, f"refused ({error.strerror})".encode())
            os._exit(0)
        os.close(writer)
        with open(reader) as text:
            yield f"openpty: {text.read()}"
        os.waitpid(child, 0)
