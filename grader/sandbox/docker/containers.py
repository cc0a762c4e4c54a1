"""Containers: their limits and privileges, and the removal of those that are left over."""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from grader.model.plan import Limits
from grader.model.text import say
from grader.sandbox import ownership, tmpfs
from grader.sandbox.docker.engine import engine_errors
from grader.sandbox.limits import (
    AGENT_FILES,
    AGENT_MEMORY,
    AGENT_PROCESSES,
    CPU_PERIOD,
    HOSTNAME,
    SHARED_MEMORY,
)

if TYPE_CHECKING:
    from docker import DockerClient

CAPABILITIES = ("SETUID", "SETGID", "KILL", "CHOWN", "SYS_PTRACE", "DAC_READ_SEARCH")
"""The agent's. It starts the submission as another user, gives that user folders, kills it, and
reads which system call it is blocked in, which takes both of the last two."""


ADDING_ADDRESSES = "NET_ADMIN"
"""The agent's capability to add addresses to the loopback interface. It has it only if the source
names any, and gives it up before the submission is started."""


def host_config(
    limits: Limits,
    mount_points: tuple[str, ...],
    *,
    ipv6: bool,
    inodes: bool = True,
    addresses: bool = False,
) -> dict[str, Any]:
    """A container's limits and privileges, as arguments of the SDK's ``create_host_config``.

    Args:
        limits: the submission's; the agent's own needs are added.
        mount_points: where it gets tmpfs besides the usual ones.
        ipv6: whether to enable IPv6 on the loopback interface.
        inodes: whether to limit the number of files.
        addresses: whether the agent may add addresses to the loopback interface.
    """
    import docker

    memory = limits.memory + AGENT_MEMORY
    return {
        # network_disabled would start in 0.08 s instead of 0.16 s, but the engine then leaves
        # /etc/hosts empty, and localhost does not resolve.
        "network_mode": "none",
        "read_only": True,
        "cap_drop": ["ALL"],
        "cap_add": [*CAPABILITIES, *([ADDING_ADDRESSES] if addresses else [])],
        "security_opt": ["no-new-privileges"],
        "tmpfs": tmpfs.mount_options(mount_points, limits.disk, inodes=inodes),
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
        # Without a network the host name does not resolve, and many servers bind to it.
        "extra_hosts": {HOSTNAME: "127.0.0.1"},
        # Engines disable IPv6 in a container without an IPv6 address; ::1 needs it.
        "sysctls": {"net.ipv6.conf.all.disable_ipv6": "0"} if ipv6 else None,
    }


def remove_container(client: "DockerClient", container: str) -> None:
    """Kill a container and remove it, if it still exists.

    Errors are ignored: an earlier one matters more, and :func:`remove_abandoned` finds the
    container later.
    """
    import docker
    import requests

    with suppress(docker.errors.DockerException, requests.RequestException, OSError):
        client.api.remove_container(container, force=True, v=True)


def list_abandoned(client: "DockerClient") -> list[str]:
    """The ids of containers that dead processes of this host left behind.

    Raises:
        SandboxError: the engine does not answer.
    """
    host, now = ownership.host_identity(), time.time()
    return [
        str(container["Id"])
        for container in list_containers(client, f"{ownership.LABEL}={host}")
        if ownership.is_abandoned(container.get("Labels") or {}, host=host, now=now)
    ]


def remove_abandoned(client: "DockerClient") -> int:
    """Remove the containers of :func:`list_abandoned` and return how many they were.

    Raises:
        SandboxError: the engine does not answer.
    """
    abandoned = list_abandoned(client)
    for container in abandoned:
        remove_container(client, container)
    return len(abandoned)


def remove_own(client: "DockerClient") -> int:
    """Remove all containers of this process, which ends its runs; return how many they were.

    Raises:
        SandboxError: the engine does not answer.
    """
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
    """The containers that have ``label`` (``name=value``), running or not.

    Raises:
        SandboxError: the engine does not answer.
    """
    with engine_errors(say("The engine's containers cannot be listed.")):
        found: list[Mapping[str, Any]] = client.api.containers(all=True, filters={"label": label})
        return found
