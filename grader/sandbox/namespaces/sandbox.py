"""Runs each submission behind walls of namespaces, which Linux gives every user."""

import os
import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from grader.model.plan import Plan
from grader.sandbox import AgentExit, ReportProgress, agent_process, tmpfs
from grader.sandbox.limits import GRACE_PERIOD, USER_IDS
from grader.sandbox.namespaces import cgroups, launch, rootfs

UNPRIVILEGED_USER_IDS = range(41_000, 60_000)
"""User ids, one of which root becomes first: few systems have people there."""

AGENT = ("-c", "from grader.agent.main import main; main()")
CHECK = ("-c", "from grader.agent.isolation.box import probe; probe()")

CHECK_TIMEOUT = 30
"""Seconds for the proof that walls can be built, which takes a tenth of one."""

EXIT_TIMEOUT = 10
"""Seconds until the kernel has ended all that is behind the walls; 0.01 are usual."""


class NamespaceSandbox:
    """Runs agents behind walls of namespaces.

    Args:
        root: as :func:`grader.sandbox.namespaces.rootfs.ensure` makes one.
        chance: chooses user ids, where root runs this.
    """

    name = "namespaces"

    def __init__(self, root: Path, *, chance: random.Random | None = None) -> None:
        self.identity = root.name
        self._root = root
        self._builders: set[subprocess.Popen[bytes]] = set()
        self._chance = chance or random.Random()

    def run(self, plan: Plan, receive: Callable[[bytes], None]) -> AgentExit:
        """Run an agent behind walls; see :class:`grader.sandbox.Sandbox`."""
        plan = msgspec.structs.replace(
            plan, user=USER_IDS[0], namespaces=True, root="/work", home="/home/student"
        )
        points = tmpfs.mount_points(plan.folders)
        with cgroups.limited(plan.limits) as limits:
            command = launch.command(
                self._root,
                AGENT,
                folders=tmpfs.mount_options(points, plan.limits.disk),
                user=unprivileged_user(self._chance),
                waits=True,
            )
            with _started(command) as agent, self._registered(agent):
                _limit(agent, limits)
                ending = agent_process.exchange(
                    agent, plan, receive, plan.limits.total + GRACE_PERIOD
                )
            if ending.exit_code == launch.FAILED:
                raise launch.unavailable(ending.stderr)
            if ending.exit_code is None or ending.exit_code >= 128:
                # From 128 on it was a signal that ended it.
                return msgspec.structs.replace(
                    ending, exit_code=None, out_of_memory=limits.out_of_memory()
                )
        return ending

    def stop(self) -> None:
        """Kill what is behind the walls; see :class:`grader.sandbox.Sandbox`."""
        for builder in list(self._builders):
            with suppress(ProcessLookupError):
                builder.terminate()

    def recover(self) -> bool:
        """It is as it was."""
        return True

    @contextmanager
    def _registered(self, builder: "subprocess.Popen[bytes]") -> Iterator[None]:
        self._builders.add(builder)
        try:
            yield
        finally:
            self._builders.discard(builder)


def prepare(progress: ReportProgress) -> Path:
    """The root folder, once it is proved that both walls can be built around it.

    Raises:
        SandboxError: they cannot, with what to do about it.
    """
    root = rootfs.ensure(progress)
    check_isolation(root)
    return root


def check_isolation(root: Path) -> None:
    """Build both walls once, for nothing.

    Raises:
        SandboxError: they cannot be built, with what to do about it.
    """
    command = launch.command(root, CHECK, user=unprivileged_user(random.Random()))
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=CHECK_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise launch.unavailable(str(error)) from error
    if done.returncode:
        raise launch.unavailable(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])


def unprivileged_user(chance: random.Random) -> int | None:
    """Whom to become before anything else; None: we are an ordinary user already.

    Root in a new namespace of users is root to the kernel's files, whatever its rights.
    """
    return chance.choice(UNPRIVILEGED_USER_IDS) if os.geteuid() == 0 else None


def _limit(builder: "subprocess.Popen[bytes]", limits: cgroups.ControlGroups) -> None:
    """Limit the builder, and let it go on. To enter a group takes the kernel milliseconds, in
    which the builder's Python has started.

    Raises:
        SandboxError: the kernel does not allow it.
    """
    assert builder.stdin is not None
    try:
        limits.add(builder.pid)
        os.write(builder.stdin.fileno(), b"\n")
    except (ProcessLookupError, BrokenPipeError):
        pass  # it has failed, and says why
    except OSError as error:
        raise launch.unavailable(str(error)) from error


@contextmanager
def _started(command: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    builder = agent_process.start(command)
    try:
        yield builder
    finally:
        # It kills what is behind the walls, and ends when the kernel has ended all of that.
        with suppress(ProcessLookupError):
            builder.terminate()
        try:
            builder.wait(timeout=EXIT_TIMEOUT)
        except subprocess.TimeoutExpired:
            builder.kill()
            builder.wait()
        agent_process.close_pipes(builder)
