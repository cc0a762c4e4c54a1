# expect: pass
# cause: A file beside its log is 15 MB of line ends, of which each would take a place in a list.


def attack():
    try:
        with open("blank.log", "wb") as log:
            log.write(b"\n" * 15_000_000)
        yield "beside the log: all was granted"
    except OSError as error:
        yield f"write: {error.strerror}"
