# expect: pass
# notes: replaced
# cause: Replaces its home by a link to everything, to the kernel's files or to the agent's files,
#   by a pipe, or by a file.

import os


def attack():
    home = os.path.expanduser("~")
    scenario = int(os.environ["PWD"].split("/")[2])
    try:
        os.rename(home, home + str(scenario))
    except OSError as error:
        yield f"replaced: {error.strerror}"
        return
    if scenario % 5 == 0:
        os.mkfifo(home)
    elif scenario % 5 == 1:
        open(home, "x").close()
    else:
        os.symlink(("/", "/proc", "/opt/grader")[scenario % 5 - 2], home)
    yield "replaced"
