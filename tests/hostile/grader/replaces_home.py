"""Puts something else in its home's place: a link to all, to the kernel's files, to the agent's own
ones; a pipe; a file."""

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
