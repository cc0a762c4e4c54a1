# expect: pass
# cause: Nobody may read its log or list its folder.

import os

open("server.log", "w").close()
os.chmod("server.log", 0o200)
os.chmod(".", 0o300)


def attack():
    yield "hidden"
