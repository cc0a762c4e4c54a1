# expect: pass
# cause: Leaves 3,000 files and deeply nested folders beside its log.

import os


def attack():
    os.mkdir("many")
    for number in range(3000):
        with open(f"many/{number}.log", "w") as file:
            file.write("hello\n")
    deep = "deep"
    for _ in range(300):
        os.mkdir(deep)
        deep += "/d"
    yield "made"
