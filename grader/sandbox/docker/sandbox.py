"""Runs each submission in a container of its own."""

import os
import random
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import msgspec

from grader.model.plan import Limits, Plan
from grader.model.text import say
from grader.sandbox import AgentExit, SandboxError, ownership, tmpfs
from grader.sandbox.agent_process import malformed_output
from grader.sandbox.docker.engine import connect, engine_errors, explanation, lost
from grader.sandbox.framing import STDERR, STDOUT, FrameDecoder, FramingError, LineDecoder, Tail
from grader.sandbox.limits import (
    AGENT_FILES,
    AGENT_MEMORY,
    AGENT_PROCESSES,
    CPU_PERIOD,
    GRACE_PERIOD,
    HOSTNAME,
    SHARED_MEMORY,
    USER_IDS,
)

if TYPE_CHECKING:
    from docker import DockerClient

__all__ = ["DockerSandbox", "connect", "remove_abandoned", "remove_own"]

CAPABILITIES = ("SETUID", "SETGID", "KILL", "CHOWN", "SYS_PTRACE", "DAC_READ_SEARCH")
"""The agent's: to start the submission as another user, give it its folders, see what it
sleeps in (both of the last two are needed for that) and end it."""

LEAVING = 10
"""Seconds from the end of a container's output until the engine has seen its end; 0.05 is
usual."""

RECOVERY = 60
"""Seconds that an engine has to come back when it went away; a restart takes ten."""

OVERTIME = 600
"""Seconds after which a container that should be gone has no owner for certain."""

RUN = f"{ownership.LABEL}.run"
"""The label that names one run."""

ATTACHED = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}

CHUNK = 1 << 18
"""Bytes that are read at once."""


class DockerSandbox:
    """Runs agents in containers without a network.

    Args:
        client: as :func:`connect` makes one. Several sandboxes may share it.
        image: as :func:`grader.sandbox.docker.image.ensure` names it.
        chance: chooses user ids.
    """

    name = "docker"

    def __init__(
        self, client: "DockerClient", image: str, *, chance: random.Random | None = None
    ) -> None:
        self._runtime = requested_runtime()
        self.identity = f"{image} {self._runtime or ''}".strip()
        self._client = client
        self._image = image
        self._chance = chance or random.Random()
        self._owner = ownership.current_process()
        self._ipv6 = True
        self._inodes = True

    def run(self, plan: Plan, receive: Callable[[bytes], None]) -> AgentExit:
        """Run an agent in a fresh container; see :class:`grader.sandbox.Sandbox`."""
        with self._started(plan) as (container, stream, user):
            plan = msgspec.structs.replace(plan, user=user, root="/work", home="/home/student")
            return self._talk(container, stream, plan, receive)

    def stop(self) -> None:
        """Remove this process's containers; see :class:`grader.sandbox.Sandbox`."""
        with suppress(SandboxError):
            remove_own(self._client)

    def recover(self) -> bool:
        """Wait until the engine answers, which may have been started again."""
        import docker
        import requests

        until = time.monotonic() + RECOVERY
        while time.monotonic() < until:
            with suppress(docker.errors.DockerException, requests.RequestException, OSError):
                if self._client.ping():
                    return True
            time.sleep(1)  # between two questions: nothing tells when it is back
        return False

    def _talk(
        self, container: str, stream: "AttachedStream", plan: Plan, receive: Callable[[bytes], None]
    ) -> AgentExit:
        frames, lines, stderr = FrameDecoder(), LineDecoder(), Tail()
        stream.deadline = time.monotonic() + plan.limits.total + GRACE_PERIOD
        encoded = msgspec.json.encode(plan)
        try:
            # Its length comes first: not every connection can be closed in one direction.
            stream.send(b"%d\n" % len(encoded) + encoded)
            while data := stream.receive():
                for channel, piece in frames.feed(data):
                    if channel == STDOUT:
                        for line in lines.feed(piece):
                            receive(line)
                    elif channel == STDERR:
                        stderr.feed(piece)
                    else:
                        raise FramingError(piece.decode("utf-8", "replace"))
        except StreamTimeoutError:
            return AgentExit(exit_code=None, stderr=stderr.text)
        except FramingError as error:
            raise malformed_output(error) from error
        if frames.unfinished:
            raise lost()
        state = self._state(container)
        code = int(state["ExitCode"])
        return AgentExit(
            # From 128 on it was a signal that ended it.
            exit_code=None if state["Running"] or code >= 128 else code,
            out_of_memory=bool(state["OOMKilled"]),
            stderr=stderr.text,
        )

    def _state(self, container: str) -> Mapping[str, Any]:
        """How it ended; ``Running`` if it does not although it will say nothing any more."""
        import docker
        import requests

        api = self._client.api
        try:
            with engine_errors(say("The container's end cannot be seen.")):
                state: Mapping[str, Any] = api.inspect_container(container)["State"]
                if state["Running"]:
                    with suppress(requests.RequestException):
                        api.wait(container, timeout=LEAVING)
                    state = api.inspect_container(container)["State"]
                return state
        except SandboxError as error:
            if isinstance(error.__cause__, docker.errors.NotFound):
                raise SandboxError(
                    say("The container was removed while the submission ran."),
                    say("Grade again, and leave containers named select-grader alone."),
                ) from error
            raise

    @contextmanager
    def _started(self, plan: Plan) -> Iterator[tuple[str, "AttachedStream", int]]:
        """A container that runs, the stream to and from it, and its user id."""
        import docker

        api = self._client.api
        # Told from all others even where we are interrupted before we learn its id.
        run = secrets.token_hex(8)
        until = time.time() + plan.limits.total + GRACE_PERIOD + OVERTIME
        labels = {**self._owner.labels(until), RUN: run}
        folders = tmpfs.mount_points(plan.folders)
        container: str | None = None
        stream: AttachedStream | None = None
        try:
            while True:
                settings = host_config(plan.limits, folders, ipv6=self._ipv6, inodes=self._inodes)
                try:
                    with engine_errors(say("The sandbox cannot be started.")):
                        container, user = self._create(labels, settings)
                        stream = AttachedStream(api.attach_socket(container, params=ATTACHED))
                        api.start(container)
                        break
                except SandboxError as error:
                    if not isinstance(error.__cause__, docker.errors.APIError):
                        raise
                    refusal = explanation(error.__cause__)
                    if self._ipv6 and "ipv6" in refusal:
                        self._ipv6 = False
                    elif self._inodes and "nr_inodes" in refusal:
                        self._inodes = False  # Podman knows no such limit
                    elif folders and "mount" in refusal:
                        # The paths are the submission's: an image may have a file in the way.
                        folders = ()
                    else:
                        raise
                self._clear(container, run, stream)
                container, stream = None, None
            yield container, stream, user
        finally:
            self._clear(container, run, stream)

    def _clear(self, container: str | None, run: str, stream: "AttachedStream | None") -> None:
        if stream is not None:
            stream.close()
        if container is not None:
            remove_container(self._client, container)
            return
        with suppress(SandboxError):
            for listed in list_containers(self._client, f"{RUN}={run}"):
                remove_container(self._client, str(listed["Id"]))

    def _create(self, labels: dict[str, str], settings: dict[str, Any]) -> tuple[str, int]:
        """Create a container under a user id that no other has; return both ids."""
        import docker

        api = self._client.api
        for user in self._chance.sample(USER_IDS, 100):
            try:
                created = api.create_container(
                    self._image,
                    # An engine has each name once. So no two containers share a user id,
                    # whose processes the kernel counts over all of them.
                    name=f"{ownership.LABEL}-{user}",
                    hostname=HOSTNAME,
                    user="0:0",
                    stdin_open=True,
                    labels=labels,
                    environment={"LANG": "C.UTF-8"},
                    host_config=api.create_host_config(**settings, runtime=self._runtime),
                )
            except docker.errors.APIError as error:
                if error.status_code == 409:
                    continue
                raise
            return str(created["Id"]), user
        raise SandboxError(
            say("A hundred user ids, chosen by chance, are all in use."),
            say("Remove leftover containers named select-grader."),
        )


def requested_runtime() -> str | None:
    """The runtime that ``GRADER_RUNTIME`` names (``runsc`` is gVisor's); None: the engine's own."""
    return os.environ.get("GRADER_RUNTIME", "").strip() or None


def host_config(
    limits: Limits, folders: tuple[str, ...], *, ipv6: bool, inodes: bool = True
) -> dict[str, Any]:
    """What the engine is to keep a container to, in the SDK's words."""
    import docker

    memory = limits.memory + AGENT_MEMORY
    return {
        # Not network_disabled, which starts in 0.08 s instead of 0.16 s: the engine then leaves
        # /etc/hosts empty, and nobody knows localhost.
        "network_mode": "none",
        "read_only": True,
        "cap_drop": ["ALL"],
        "cap_add": list(CAPABILITIES),
        "security_opt": ["no-new-privileges"],
        "tmpfs": tmpfs.mount_options(folders, limits.disk, inodes=inodes),
        "shm_size": SHARED_MEMORY,
        "pids_limit": limits.processes + AGENT_PROCESSES,
        "mem_limit": memory,
        "memswap_limit": memory,
        # Not nano_cpus: an engine refuses more of those than it has processors.
        "cpu_period": CPU_PERIOD,
        "cpu_quota": int(limits.processors * CPU_PERIOD),
        "ulimits": [
            docker.types.Ulimit(name="nofile", soft=AGENT_FILES, hard=AGENT_FILES),
            docker.types.Ulimit(name="core", soft=0, hard=0),
        ],
        "log_config": docker.types.LogConfig(type="none"),
        # Without a network nothing else knows the name, and many a server binds to it.
        "extra_hosts": {HOSTNAME: "127.0.0.1"},
        # Engines turn IPv6 off where they give a container no such address; ::1 needs it.
        "sysctls": {"net.ipv6.conf.all.disable_ipv6": "0"} if ipv6 else None,
    }


class StreamTimeoutError(Exception):
    """The deadline has passed."""


class AttachedStream:
    """What an engine passes to and from a container, over whatever it is reached by."""

    def __init__(self, attached: Any) -> None:
        self._attached = attached
        # A Unix socket comes within a file object, which knows of no time limit.
        self._socket = getattr(attached, "_sock", attached)
        self.deadline = float("inf")
        """When to give up, as ``time.monotonic`` has it."""

    def send(self, data: bytes) -> None:
        """Send all of ``data``; nothing is raised where the agent is gone: its end tells why.

        Raises:
            StreamTimeoutError: it was not taken in time.
            SandboxError: the connection is broken.
        """
        with self._in_time(), suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(data)

    def receive(self) -> bytes:
        """What comes next; empty: nothing will.

        Raises:
            StreamTimeoutError: nothing came in time.
            SandboxError: the connection is broken.
        """
        with self._in_time(), suppress(ConnectionResetError):
            return bytes(self._socket.recv(CHUNK))
        return b""

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise StreamTimeoutError
        try:
            self._socket.settimeout(left)
            yield
        except TimeoutError as error:
            raise StreamTimeoutError from error
        except OSError as error:
            raise lost(error) from error

    def close(self) -> None:
        """Let go of it."""
        # The answer to the request that attached us first: it closes what it reads from, and
        # complains where that is closed already.
        for end in (getattr(self._attached, "_response", None), self._attached, self._socket):
            with suppress(OSError):
                if end is not None:
                    end.close()


def remove_container(client: "DockerClient", container: str) -> None:
    """End a container and remove it; it may be gone already.

    An engine that does not answer raises nothing here: what went wrong before is what counts,
    and a later :func:`remove_abandoned` finds the container.
    """
    import docker
    import requests

    with suppress(docker.errors.DockerException, requests.RequestException, OSError):
        client.api.remove_container(container, force=True, v=True)


def list_abandoned(client: "DockerClient") -> list[str]:
    """The containers, by their ids, that dead processes of this host left."""
    host, now = ownership.host_identity(), time.time()
    return [
        str(container["Id"])
        for container in list_containers(client, f"{ownership.LABEL}={host}")
        if ownership.is_abandoned(container.get("Labels") or {}, host=host, now=now)
    ]


def remove_abandoned(client: "DockerClient") -> int:
    """Remove what dead processes of this host left, and nothing else; return how many.

    Raises:
        SandboxError: the engine does not answer.
    """
    left = list_abandoned(client)
    for container in left:
        remove_container(client, container)
    return len(left)


def remove_own(client: "DockerClient") -> int:
    """Remove every container of this very process, whose runs then end; return how many."""
    me = ownership.current_process()
    own = [
        str(container["Id"])
        for container in list_containers(client, f"{ownership.LABEL}={me.host}")
        if (labels := container.get("Labels") or {}).get(ownership.PID_LABEL) == str(me.pid)
        and labels.get(ownership.STARTED_LABEL) == me.started
    ]
    for container in own:
        remove_container(client, container)
    return len(own)


def list_containers(client: "DockerClient", label: str) -> list[Mapping[str, Any]]:
    """The containers with ``label`` (``name=value``), whether they run or not."""
    with engine_errors(say("The engine's containers cannot be listed.")):
        found: list[Mapping[str, Any]] = client.api.containers(all=True, filters={"label": label})
        return found
