"""Runs each submission in Linux namespaces of its own."""

import os
import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from grader.model.plan import Plan
from grader.sandbox import AgentExit, ReportProgress, agent_process, tmpfs
from grader.sandbox.interpreter import Interpreter
from grader.sandbox.limits import GRACE_PERIOD, USER_IDS
from grader.sandbox.namespaces import cgroups, launch, rootfs
from grader.sandbox.standby import Standby

UNPRIVILEGED_USER_IDS = range(41_000, 60_000)
"""User ids that root takes on; few systems give them to people."""

AGENT = ("-c", "from grader.agent.bundle import main; main()")
PROBE = ("-c", "from grader.agent.isolation.box import probe; probe()")

PROBE_TIMEOUT = 30
"""Seconds for :func:`check_isolation`, which takes 0.1 s."""

EXIT_TIMEOUT = 10
"""Seconds until the kernel has killed everything in a sandbox; 0.01 is usual."""


class NamespaceSandbox:
    """Runs agents in namespaces, each in new ones.

    Args:
        root: the root folder, from :func:`grader.sandbox.namespaces.rootfs.ensure`.
        rng: chooses user ids if root runs this.
    """

    name = "namespaces"
    shares_ports = False

    def __init__(self, root: Path, *, rng: random.Random | None = None) -> None:
        self.identity = root.name
        self._root = root
        self._launchers: set[subprocess.Popen[bytes]] = set()
        self._rng = rng or random.Random()
        self._standby = Standby(self._agent, lambda agent: agent[0].poll() is None)

    def prepare(self, plan: Plan) -> None:
        """Start an agent in new namespaces; see :class:`grader.sandbox.Preparable`."""
        self._standby.prepare(plan)

    def release(self) -> None:
        """End an agent that was prepared; see :class:`grader.sandbox.Preparable`."""
        self._standby.release()

    def run(self, plan: Plan, receive: Callable[[bytes], bool]) -> AgentExit:
        """Run an agent in new namespaces; see :class:`grader.sandbox.Sandbox`."""
        plan = msgspec.structs.replace(
            plan, user=USER_IDS[0], namespaces=True, root="/work", home="/home/student"
        )
        with self._standby.started(plan) as (launcher, groups):
            ended = agent_process.exchange(
                launcher, plan, receive, plan.limits.total + GRACE_PERIOD
            )
            if ended.exit_code == launch.FAILED:
                raise launch.isolation_unavailable(ended.stderr)
            if ended.exit_code is None or ended.exit_code >= 128:
                # A status of 128 or more means that a signal killed it.
                return msgspec.structs.replace(
                    ended, exit_code=None, out_of_memory=groups.out_of_memory()
                )
        return ended

    @contextmanager
    def _agent(
        self, plan: Plan
    ) -> Iterator[tuple["subprocess.Popen[bytes]", cgroups.ControlGroups]]:
        """Start an agent that waits for its plan, and end it."""
        mount_points = tmpfs.mount_points(plan.folders)
        with cgroups.limited(plan.limits) as groups:
            command = launch.command(
                self._root,
                AGENT,
                tmpfs=tmpfs.mount_options(mount_points, plan.limits.disk),
                addresses=plan.addresses,
                user=unprivileged_user(self._rng),
                wait_for_limits=True,
            )
            with _started(command) as launcher, self._registered(launcher):
                _limit(launcher, groups)
                yield launcher, groups

    def wait(self) -> None:
        """Return at once: nothing is left of a run that has ended."""

    def stop(self) -> None:
        """Kill all launchers and what they launched; see :class:`grader.sandbox.Sandbox`."""
        for launcher in list(self._launchers):
            with suppress(ProcessLookupError):
                launcher.terminate()

    def recover(self) -> bool:
        """Return True: no error is temporary here."""
        return True

    @contextmanager
    def _registered(self, launcher: "subprocess.Popen[bytes]") -> Iterator[None]:
        self._launchers.add(launcher)
        try:
            yield
        finally:
            self._launchers.discard(launcher)


def prepare(progress: ReportProgress, python: Interpreter | None = None) -> Path:
    """Make the root folder if necessary, check that isolation works, and return the folder.

    Args:
        progress: receives what is being done while the folder is made.
        python: the Python that runs programs; None: the one that runs the grader.

    Raises:
        SandboxError: it does not work.
    """
    root = rootfs.ensure(progress, python=python)
    check_isolation(root)
    return root


def check_isolation(root: Path) -> None:
    """Create a sandbox and a box in it once, and run nothing there.

    Raises:
        SandboxError: this machine does not allow it.
    """
    command = launch.command(root, PROBE, user=unprivileged_user(random.Random()))
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise launch.isolation_unavailable(str(error)) from error
    if done.returncode:
        last_line = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise launch.isolation_unavailable(last_line)


def unprivileged_user(rng: random.Random) -> int | None:
    """The user id that the launcher takes on first; None: this process is not root."""
    return rng.choice(UNPRIVILEGED_USER_IDS) if os.geteuid() == 0 else None


def _limit(launcher: "subprocess.Popen[bytes]", groups: cgroups.ControlGroups) -> None:
    """Move the launcher into its control groups, and let it go on.

    Raises:
        SandboxError: the kernel refuses.
    """
    assert launcher.stdin is not None
    try:
        groups.add(launcher.pid)
        os.write(launcher.stdin.fileno(), b"\n")
    except (ProcessLookupError, BrokenPipeError):
        pass  # it has failed, and its standard error says why
    except OSError as error:
        raise launch.isolation_unavailable(str(error)) from error


@contextmanager
def _started(command: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    launcher = agent_process.start(command)
    try:
        yield launcher
    finally:
        # On SIGTERM it kills everything inside, and exits once the kernel has done so.
        with suppress(ProcessLookupError):
            launcher.terminate()
        try:
            launcher.wait(timeout=EXIT_TIMEOUT)
        except subprocess.TimeoutExpired:
            launcher.kill()
            launcher.wait()
        agent_process.close_pipes(launcher)
