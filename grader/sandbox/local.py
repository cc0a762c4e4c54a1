"""Runs the agent as an ordinary process, without protection: the submission can do what you can.

For your own program only. It needs Linux, as the agent does, and nothing else.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from pathlib import Path

import msgspec

from grader import atomic
from grader.model.plan import Plan
from grader.sandbox import AgentExit, agent_process, cache, ownership
from grader.sandbox.docker import image
from grader.sandbox.interpreter import Interpreter, this_python
from grader.sandbox.limits import GRACE_PERIOD

STOP_TIMEOUT = 2.0
"""Seconds from SIGTERM until an agent has ended everything it started."""

AGENT = """\
import sys
sys.path.append({parent!r})
from grader.agent.main import main
main()
"""
"""Our folder comes last, so that nothing installed beside the grader hides a standard module."""

PARENT = Path(__file__).resolve().parents[2]
"""The folder that contains the package ``grader``."""


class LocalSandbox:
    """Runs agents as processes of this machine, in new folders.

    Args:
        python: the Python that runs programs; None: the one that runs the grader.
        parent: the folder that contains the package ``grader``.
    """

    name = "none"
    shares_ports = True

    def __init__(self, python: Interpreter | None = None, *, parent: Path = PARENT) -> None:
        self._python = python or this_python()
        self._parent = parent
        self._agents: set[subprocess.Popen[bytes]] = set()

    @cached_property
    def identity(self) -> str:
        """A hash of the agent and its Python's version."""
        return image.recipe(self._parent / "grader").name(self._python.version)

    def run(self, plan: Plan, receive: Callable[[bytes], bool]) -> AgentExit:
        """Run an agent; see :class:`grader.sandbox.Sandbox`."""
        with _one_at_a_time(), _fresh_folder() as folder, self._agent(folder) as agent:
            plan = msgspec.structs.replace(
                plan, user=None, root=str(folder / "work"), home=str(folder / "home")
            )
            return agent_process.exchange(agent, plan, receive, plan.limits.total + GRACE_PERIOD)

    def wait(self) -> None:
        """Return at once: nothing is left of a run that has ended."""

    def stop(self) -> None:
        """Ask the agents to end; see :class:`grader.sandbox.Sandbox`."""
        for agent in list(self._agents):
            agent.terminate()

    def recover(self) -> bool:
        """Return True: no error is temporary here."""
        return True

    def _executable(self) -> str:
        # Our own may belong to a virtual environment, whose packages a program may use.
        return sys.executable if self._python == this_python() else self._python.binary

    @contextmanager
    def _agent(self, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
        for name in ("work", "home"):
            (folder / name).mkdir()
        # -I: neither the current folder nor PYTHONPATH may hide a standard module. -S: no packages
        # are needed, and Python starts in half the time.
        command = [self._executable(), "-I", "-S", "-c", AGENT.format(parent=str(self._parent))]
        agent = agent_process.start(command, folder=str(folder))
        self._agents.add(agent)
        try:
            yield agent
        finally:
            self._agents.discard(agent)
            _end(agent, folder)
            agent_process.close_pipes(agent)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait until no other run of this user, in any process, uses this machine's ports.

    Where the lock cannot be had, the run goes on without it.
    """
    with ExitStack() as stack:
        with suppress(OSError):
            stack.enter_context(atomic.locked(cache.cache_folder() / "ports.lock"))
        yield


@contextmanager
def _fresh_folder() -> Iterator[Path]:
    _remove_abandoned(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=f"{ownership.LABEL}-{os.getpid()}-")).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(parent: Path) -> None:
    """Remove the folders that dead processes of this program left behind."""
    for folder in parent.glob(f"{ownership.LABEL}-*-*"):
        pid = folder.name.removeprefix(f"{ownership.LABEL}-").partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _end(agent: "subprocess.Popen[bytes]", folder: Path) -> None:
    """End the agent and everything it started; at first it may do so itself."""
    if agent.poll() is None:
        agent.terminate()
        with suppress(subprocess.TimeoutExpired):
            agent.wait(timeout=STOP_TIMEOUT)
    if agent.poll() is None:
        # While stopped it remains the parent of its processes, and cannot start more.
        agent.send_signal(signal.SIGSTOP)
        while _kill(_descendants(agent.pid)):
            pass
        with suppress(ProcessLookupError):
            os.killpg(agent.pid, signal.SIGKILL)
        agent.wait()
    # If the agent died, its processes have another parent now, but still work in this folder.
    while _kill(_working_in(folder)):
        pass


def _kill(processes: set[int]) -> bool:
    """Kill them, and return whether there were any."""
    for process in processes:
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
    return bool(processes)


def _descendants(ancestor: int) -> set[int]:
    """The living processes below ``ancestor``."""
    children: dict[int, list[int]] = {}
    dead = set()
    for process, (state, parent) in _processes():
        children.setdefault(parent, []).append(process)
        if state in "ZX":
            dead.add(process)
    found: set[int] = set()
    left = [ancestor]
    while left:
        for child in children.get(left.pop(), ()):
            found.add(child)
            left.append(child)
    return found - dead


def _working_in(folder: Path) -> set[int]:
    """The living processes whose working folder is ``folder`` or below it."""
    found = set()
    for process, (state, _) in _processes():
        # The link cannot be read if the process is another user's, or has ended.
        with suppress(OSError):
            where = Path(f"/proc/{process}/cwd").readlink()
            if state not in "ZX" and (where == folder or folder in where.parents):
                found.add(process)
    return found


def _processes() -> Iterator[tuple[int, tuple[str, int]]]:
    """Yield each process of this machine: its id, then the letter of its state and its parent."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with suppress(OSError, IndexError):
            # The name, in parentheses, may contain anything.
            fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
            yield int(folder.name), (fields[0].decode("ascii"), int(fields[1]))
