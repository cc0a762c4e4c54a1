"""An engine that runs nothing."""

import socket
from collections.abc import Callable
from typing import Any

import docker.errors
import requests

from grader.model.plan import Limits, Plan


def plan(
    source: str = "",
    *,
    folders: tuple[str, ...] = (),
    addresses: tuple[str, ...] = (),
    **limits: Any,
) -> Plan:
    return Plan(
        source=source.encode(),
        nonces=(),
        folders=folders,
        addresses=addresses,
        limits=Limits(**limits),
    )


def frame(stream: int, payload: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


def refusal(status: int, why: str) -> docker.errors.APIError:
    response = requests.Response()
    response.status_code = status
    return docker.errors.APIError("refused", response=response, explanation=why)


class Engine:
    """A fake engine: it sends prepared output, and records what it is asked to create."""

    def __init__(self, sends: bytes = b"", *, ends: bool = True) -> None:
        self.sends = sends
        self.ends = ends
        self.state: dict[str, Any] = {"Running": False, "ExitCode": 0, "OOMKilled": False}
        self.created: list[dict[str, Any]] = []
        self.alive: dict[str, dict[str, Any]] = {}
        self.refuse_create: Callable[[dict[str, Any]], None] = lambda _: None
        self.refuse_start: Callable[[dict[str, Any]], None] = lambda _: None
        self.got = b""
        self._far: socket.socket | None = None
        self.api = self

    def create_host_config(self, **settings: Any) -> dict[str, Any]:
        return settings

    def create_container(self, image: str, **wanted: Any) -> dict[str, str]:
        self.refuse_create(wanted)
        self.created.append(wanted)
        name = f"c{len(self.created)}"
        self.alive[name] = wanted
        return {"Id": name}

    def attach_socket(self, container: str, params: object) -> socket.socket:
        near, far = socket.socketpair()
        far.sendall(self.sends)
        if self.ends:
            far.shutdown(socket.SHUT_WR)
        self._far = far
        return near

    def start(self, container: str) -> None:
        self.refuse_start(self.alive[container])

    def inspect_container(self, container: str) -> dict[str, Any]:
        assert self._far is not None
        self.got = self._far.recv(1 << 16)
        state: dict[str, Any] = self.state
        return {"State": state}

    def containers(self, *, filters: dict[str, str], **more: object) -> list[dict[str, Any]]:
        name, _, value = filters["label"].partition("=")
        return [
            {"Id": container, "Labels": wanted["labels"]}
            for container, wanted in self.alive.items()
            if wanted["labels"].get(name) == value
        ]

    def remove_container(self, container: str, *, force: bool, v: bool) -> None:
        assert force
        assert v
        if self._far is not None:
            self._far.close()
        del self.alive[container]
