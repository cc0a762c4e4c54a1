# expect: pass
# notes: left
# cause: Keeps files from one scenario to the next, in closed folders and deeper than paths reach.

import os


def attack():
    started_again = os.path.exists("server.log")  # then its files are still there
    back = os.getcwd()
    for start in (os.path.expanduser("~"), "/tmp", "/dev/shm"):
        try:
            os.chmod(start, 0o700)
        except OSError:
            pass  # another scenario's
        os.chdir(start)
        for depth in range(20):
            if os.listdir(".") and not started_again:
                yield f"a file to be kept in {start} was granted"
                break
            name = "d" * 250
            os.makedirs(name, exist_ok=True)
            os.chdir(name)
        with open("keep", "w") as file:
            file.write("x")
        os.chdir(back)
        try:
            os.chmod(start, 0o555)
        except OSError:
            pass
    yield "left"
