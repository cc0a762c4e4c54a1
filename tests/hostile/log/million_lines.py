# expect: pass
# cause: A million lines precede its records.


def attack():
    with open("server.log", "w") as log:
        log.write("nothing\n" * 1_000_000)
    yield "written"
