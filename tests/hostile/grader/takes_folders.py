# expect: pass
# notes: chmod:
# cause: Closes and fills the folders that hold each scenario's own, and puts a link in the next
#   one's place.

import os


def attack():
    for folder in ("/work", "/home"):
        try:
            os.chmod(folder, 0)
            yield f"to close {folder} was granted"
        except OSError as error:
            yield f"chmod: {error.strerror}"
        try:
            for number in range(5000):
                os.close(os.open(f"{folder}/left{number}", os.O_CREAT))
        except OSError:
            if number:
                yield f"{number} files in {folder} were granted"
    scenario = int(os.environ["PWD"].split("/")[2])
    for following in (scenario + 1, scenario + 2):
        try:
            os.symlink("/opt", f"/work/{following}")
            yield "a link in the next one's place was granted"
        except OSError:
            pass
