"""The attacks in tests/hostile: their programs, and a search for what a grader left behind."""

import re
from pathlib import Path

from grader.sandbox import ownership

HOSTILE = Path(__file__).parent / "hostile"
ATTACKS = {f"{path.parent.name}/{path.stem}": path for path in sorted(HOSTILE.glob("*/*.py"))}
"""The attacks' files, by folder and name."""


def program(path: Path) -> str:
    """The source of an attack, completed with the server that it needs."""
    text = path.read_text("utf-8")
    if "def attack(" in text:
        return text + "\n\n" + (HOSTILE / "server.py").read_text("utf-8")
    if re.search(r"^TEXT\b", text, re.MULTILINE):
        return text + "\n\n" + (HOSTILE / "speaker.py").read_text("utf-8")
    return text


def left_behind(pid: int) -> list[str]:
    """The containers and child processes that an ended grader, process ``pid``, left behind."""
    import docker

    found = []
    try:
        client = docker.from_env()
    except docker.errors.DockerException:
        pass
    else:
        label = f"{ownership.PID_LABEL}={pid}"
        found += [c.name for c in client.containers.list(all=True, filters={"label": label})]
        client.close()
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text("utf-8", "replace")
        except OSError:
            continue
        if f"\nPPid:\t{pid}\n" in text:
            found.append(text.partition("\n")[0])
    return found
