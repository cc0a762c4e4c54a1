"""Limits and processes of a program without isolation; in a process of their own."""

import subprocess
import sys

import pytest

from agent.agent_process import TOP

pytestmark = pytest.mark.timeout(20)


def run(code: str) -> str:
    start = (
        f"import sys; sys.path.append({str(TOP)!r})\n"
        "from grader.agent.isolation import base\n"
        "from grader.agent.isolation.no_isolation import NoIsolation\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", start + code], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize(("wanted", "got"), [(50, 50), (200, 100)])
def test_limit_is_capped_by_the_hard_limit(wanted: int, got: int) -> None:
    code = f"""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (20, 100))
base.set_limit(resource.RLIMIT_NOFILE, {wanted})
print(resource.getrlimit(resource.RLIMIT_NOFILE))
"""
    assert run(code) == f"({got}, {got})\n"


def test_end_all_leaves_no_descendant() -> None:
    code = """
import ctypes, os, time
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # orphans become children of this process
ready, started = os.pipe()
if os.fork() == 0:
    for _ in range(3):
        os.fork()
    os.setsid()
    os.write(started, b"x")
    time.sleep(60)
received = b""
while len(received) < 8:
    received += os.read(ready, 8)
base.end_all(NoIsolation())
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("nothing left")
"""
    assert run(code) == "nothing left\n"
