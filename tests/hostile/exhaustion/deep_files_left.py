# expect: pass
# notes: open: No space left on device
# cause: Leaves thousands of files deeper than any path reaches, below a folder that it makes
#   read-only.

import os


def attack():
    back = os.getcwd()
    top = os.path.abspath("../..")
    os.chmod(top, 0o755)
    os.chdir(top)
    name = "d" * 250
    for _ in range(20):
        os.makedirs(name, exist_ok=True)
        os.chdir(name)
    try:
        for number in range(5000):
            os.close(os.open(f"{number}", os.O_CREAT))
    except OSError as error:
        yield f"open: {error.strerror}"
    os.unlink("0")  # leave room for the log
    os.chdir(back)
    os.chmod(top, 0o555)
