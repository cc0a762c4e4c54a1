# expect: pass
# cause: Files beside its log are 3 MB of a message's letters, each on a line or at another distance
#        from its end: what cut messages are put together from.


def attack():
    letters = "jqxz"
    try:
        with open("letters.log", "w") as log:
            log.write("j\nq\nx\nz\nq\nj\nz\nx\n" * 62_500)
        with open("pieces.log", "w") as log:
            for number in range(5_000):
                piece = "".join(letters[number >> shift & 3] for shift in range(0, 16, 2))
                log.write(f"{piece}{' ' * number}\n"[:400])
        yield "beside the log: all was granted"
    except OSError as error:
        yield f"write: {error.strerror}"
