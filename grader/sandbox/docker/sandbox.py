"""Runs each submission in a container of its own."""

import os
import random
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from grader.model.plan import Plan
from grader.model.text import say
from grader.sandbox import AgentExit, SandboxError, ownership, tmpfs
from grader.sandbox.agent_process import malformed_output
from grader.sandbox.docker import containers
from grader.sandbox.docker.engine import connection_lost, engine_errors, explanation
from grader.sandbox.docker.stream import AttachedStream, StreamTimeoutError
from grader.sandbox.framing import STDERR, STDOUT, FrameDecoder, FramingError, LineDecoder, Tail
from grader.sandbox.limits import GRACE_PERIOD, HOSTNAME, USER_IDS
from grader.sandbox.standby import Standby

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from docker import DockerClient

EXIT_TIMEOUT = 10
"""Seconds from the end of a container's output until the engine reports its exit; 0.05 is usual."""

RECOVERY_TIMEOUT = 60
"""Seconds to wait for an engine that went away; a restart takes ten."""

LEFTOVER_MARGIN = 600
"""Seconds after a run's time limit from which on its container is certainly abandoned."""

RUN_LABEL = f"{ownership.LABEL}.run"
"""The label that identifies one run."""

ATTACH_OPTIONS = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}


@dataclass
class _Started:
    """A container that was started."""

    container: str
    stream: AttachedStream
    user: int
    ended: bool = False
    """Whether it has exited, so that nobody need wait for its removal."""


class DockerSandbox:
    """Runs agents in containers that have no network.

    Args:
        client: from :func:`grader.sandbox.docker.engine.connect`. Sandboxes may share it.
        image: the image's name, from :func:`grader.sandbox.docker.image.ensure`.
        runtime: the OCI runtime; None: the engine's default.
        rng: chooses user ids.
    """

    name = "docker"
    shares_ports = False

    def __init__(
        self,
        client: "DockerClient",
        image: str,
        *,
        runtime: str | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self.identity = f"{image} {runtime or ''}".strip()
        self._client = client
        self._image = image
        self._runtime = runtime
        self._rng = rng or random.Random()
        # Cleared once the engine has refused the setting.
        self._ipv6 = True
        self._inodes = True
        self._addresses = True
        self._removals: list[Future[None]] = []
        """Containers of ended runs that are being removed."""
        self._standby = Standby(self._started, self._is_running)

    @cached_property
    def _remover(self) -> "ThreadPoolExecutor":
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(thread_name_prefix="remove-container")

    @cached_property
    def _owner(self) -> ownership.Owner:
        return ownership.current_process()

    def run(self, plan: Plan, receive: Callable[[bytes], bool]) -> AgentExit:
        """Run an agent in a fresh container; see :class:`grader.sandbox.Sandbox`."""
        with self._standby.started(plan) as started:
            settings = {"user": started.user, "root": "/work", "home": "/home/student"}
            plan = msgspec.structs.replace(plan, **settings)
            ending = self._exchange(started.container, started.stream, plan, receive)
            started.ended = ending.exit_code is not None
            return ending

    def prepare(self, plan: Plan) -> None:
        """Start a container; see :class:`grader.sandbox.Preparable`."""
        self._standby.prepare(plan)

    def release(self) -> None:
        """Remove a container that was prepared; see :class:`grader.sandbox.Preparable`."""
        self._standby.release()

    def wait(self) -> None:
        """Wait until the containers of ended runs are removed; see :class:`.Sandbox`."""
        while self._removals:
            self._removals.pop().result()

    def stop(self) -> None:
        """Remove this process's containers; see :class:`grader.sandbox.Sandbox`."""
        with suppress(SandboxError):
            containers.remove_own(self._client)

    def recover(self) -> bool:
        """Wait until the engine answers again, for example after a restart."""
        import docker
        import requests

        deadline = time.monotonic() + RECOVERY_TIMEOUT
        while time.monotonic() < deadline:
            with suppress(docker.errors.DockerException, requests.RequestException, OSError):
                if self._client.ping():
                    return True
            time.sleep(1)  # nothing announces that the engine is back
        return False

    def _exchange(
        self,
        container: str,
        stream: AttachedStream,
        plan: Plan,
        receive: Callable[[bytes], bool],
    ) -> AgentExit:
        """Send the plan, hand on each line of output, and return how the agent exited."""
        frames, lines, stderr = FrameDecoder(), LineDecoder(), Tail()
        complete = False
        stream.deadline = time.monotonic() + plan.limits.total + GRACE_PERIOD
        encoded = msgspec.json.encode(plan)
        try:
            # The length comes first, since not every transport can close one direction.
            stream.send(b"%d\n" % len(encoded) + encoded)
            while data := stream.receive():
                for channel, piece in frames.feed(data):
                    if channel == STDOUT:
                        for line in lines.feed(piece):
                            complete = receive(line)
                    elif channel == STDERR:
                        stderr.feed(piece)
                    else:
                        raise FramingError(piece.decode("utf-8", "replace"))
        except StreamTimeoutError:
            return AgentExit(exit_code=None, stderr=stderr.text)
        except FramingError as error:
            raise malformed_output(error) from error
        if complete:
            return AgentExit(exit_code=0)
        if frames.unfinished:
            raise connection_lost()
        state = self._final_state(container)
        code = int(state["ExitCode"])
        return AgentExit(
            # A status of 128 or more means that a signal killed it.
            exit_code=None if state["Running"] or code >= 128 else code,
            out_of_memory=bool(state["OOMKilled"]),
            stderr=stderr.text,
        )

    def _final_state(self, container: str) -> Mapping[str, Any]:
        """Return the engine's ``State`` of a container that has closed its output.

        ``Running`` is still true if it has not exited :data:`EXIT_TIMEOUT` seconds later.
        """
        import docker
        import requests

        api = self._client.api
        try:
            with engine_errors(say("The container's exit status cannot be read.")):
                state: Mapping[str, Any] = api.inspect_container(container)["State"]
                if state["Running"]:
                    with suppress(requests.RequestException):
                        api.wait(container, timeout=EXIT_TIMEOUT)
                    state = api.inspect_container(container)["State"]
                return state
        except SandboxError as error:
            if isinstance(error.__cause__, docker.errors.NotFound):
                raise SandboxError(
                    say("The container was removed while the submission ran."),
                    say(
                        "Grade again, and do not remove containers whose names begin with"
                        " select-grader."
                    ),
                ) from error
            raise

    def _is_running(self, started: "_Started") -> bool:
        """Whether nobody has removed a container that was prepared."""
        try:
            with engine_errors(say("The container's state cannot be read.")):
                return bool(
                    self._client.api.inspect_container(started.container)["State"]["Running"]
                )
        except SandboxError:
            return False

    @contextmanager
    def _started(self, plan: Plan) -> Iterator["_Started"]:
        """Start a container, and remove it afterwards.

        A setting that the engine refuses is left out, and another container is started.
        """
        import docker

        api = self._client.api
        # Identifies the container even if we are interrupted before the engine returns its id.
        run = secrets.token_hex(8)
        until = time.time() + plan.limits.total + GRACE_PERIOD + LEFTOVER_MARGIN
        labels = {**self._owner.labels(until), RUN_LABEL: run}
        mount_points = tmpfs.mount_points(plan.folders)
        container: str | None = None
        stream: AttachedStream | None = None
        try:
            while True:
                settings = containers.host_config(
                    plan.limits,
                    mount_points,
                    ipv6=self._ipv6,
                    inodes=self._inodes,
                    addresses=self._addresses and bool(plan.addresses),
                )
                try:
                    with engine_errors(say("The sandbox cannot be started.")):
                        container, user = self._create(labels, settings)
                        stream = AttachedStream(api.attach_socket(container, params=ATTACH_OPTIONS))
                        api.start(container)
                        break
                except SandboxError as error:
                    if not isinstance(error.__cause__, docker.errors.APIError):
                        raise
                    refusal = explanation(error.__cause__)
                    if self._ipv6 and "ipv6" in refusal:
                        self._ipv6 = False
                    elif self._inodes and "nr_inodes" in refusal:
                        self._inodes = False  # Podman does not support this limit
                    elif self._addresses and plan.addresses and "capabilit" in refusal.lower():
                        self._addresses = False  # its own engine may not have the capability
                    elif mount_points and "mount" in refusal:
                        # The submission chose these paths; the image may have a file there.
                        mount_points = ()
                    else:
                        raise
                self._clean_up(container, run, stream)
                container, stream = None, None
            started = _Started(container, stream, user)
            yield started
            if started.ended:
                stream.close()
                self._remove_later(container)
                container, stream, run = None, None, ""
        finally:
            self._clean_up(container, run, stream)

    def _remove_later(self, container: str) -> None:
        removal = self._remover.submit(containers.remove_container, self._client, container)
        self._removals = [*(left for left in self._removals if not left.done()), removal]

    def _clean_up(self, container: str | None, run: str, stream: AttachedStream | None) -> None:
        if stream is not None:
            stream.close()
        if container is not None:
            containers.remove_container(self._client, container)
        if container is not None or not run:
            return
        with suppress(SandboxError):
            for listed in containers.list_containers(self._client, f"{RUN_LABEL}={run}"):
                containers.remove_container(self._client, str(listed["Id"]))

    def _create(self, labels: dict[str, str], settings: dict[str, Any]) -> tuple[str, int]:
        """Create a container with a user id that no other one has; return both ids."""
        import docker

        api = self._client.api
        for user in self._rng.sample(USER_IDS, 100):
            try:
                created = api.create_container(
                    self._image,
                    # Names are unique in an engine, so no two containers share a user id. They
                    # must not: the kernel counts a user's processes across all containers.
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
            say("No free user id was found for the container in 100 attempts."),
            say("Remove leftover containers whose names begin with select-grader."),
        )


def requested_runtime() -> str | None:
    """The OCI runtime that ``GRADER_RUNTIME`` names (gVisor's is ``runsc``), if it is set."""
    return os.environ.get("GRADER_RUNTIME", "").strip() or None
