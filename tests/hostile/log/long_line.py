# expect: pass
# cause: A file beside its log has one line of 100 MB, or as much of it as it may write.


def attack():
    try:
        with open("line.log", "wb", buffering=0) as log:
            for _ in range(100):
                log.write(b"x" * 1_000_000)
        yield "all was granted"
    except OSError as error:
        yield f"write: {error.strerror}"
