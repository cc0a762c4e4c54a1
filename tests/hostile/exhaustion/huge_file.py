# expect: pass
# notes: write: File too large
# cause: Writes a file of 64 MiB and leaves it there.


def attack():
    try:
        with open("huge.bin", "wb", buffering=0) as file:
            for _ in range(64):
                file.write(bytes(1 << 20))
        yield "all was granted"
    except OSError as error:
        yield f"write: {error.strerror}"
