"""A process to observe: the only child of another one."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from agent.agent_process import alive, until
from grader.agent.kernel import procfs
from grader.agent.kernel.snapshot import Snapshot, take

ABOVE = """
import os, sys
read, write = os.pipe()
if os.fork() == 0:
    os.close(write)
    exec(sys.argv[1])
    os._exit(0)
os.close(read)
sys.stdin.read()
"""
"""The parent of the process that is observed; the test itself may have other children."""


class ChildProcess:
    """A process that executes ``source``, as the only child of another one."""

    def __init__(self, source: str) -> None:
        self._above = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", ABOVE, textwrap.dedent(source)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.root = self._above.pid

    def read_line(self) -> bytes:
        """Wait for a line of its output."""
        assert self._above.stdout
        return self._above.stdout.readline()

    def look(self, middle: Callable[[], None] = lambda: None) -> Snapshot:
        return take(self.root, middle)

    def asleep(self) -> Snapshot:
        """Wait until it is asleep; the snapshot."""
        snapshots = []

        def found() -> bool:
            snapshots.append(self.look())
            return snapshots[-1].asleep

        until(found)
        return snapshots[-1]

    def end(self) -> None:
        below = list(procfs.descendants(self.root))
        self._above.kill()
        for process in below:
            os.kill(process, 9)
        self._above.wait()
        for pipe in (self._above.stdin, self._above.stdout):
            assert pipe
            pipe.close()
        until(lambda: not any(alive(process) for process in below))


@contextmanager
def child_process(source: str) -> Iterator[ChildProcess]:
    made = ChildProcess(source)
    try:
        yield made
    finally:
        made.end()
