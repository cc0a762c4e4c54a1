"""Which sandbox is taken, and what is said where there is none."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.cli.options import SANDBOX_NAMES
from grader.model.text import Text, say
from grader.sandbox import SandboxError, choice
from grader.sandbox.docker import image
from grader.sandbox.docker import sandbox as docker
from grader.sandbox.namespaces import sandbox as namespaces

NO_ENGINE = SandboxError(say("No engine."), say("Start it."))
NO_WALLS = SandboxError(say("No walls."), say("Allow them."))


def refuse(error: SandboxError) -> Callable[..., Any]:
    def refused(*_: object) -> Any:
        raise error

    return refused


class Engine:
    def close(self) -> None:
        pass


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """One that has everything."""
    monkeypatch.setattr(docker, "connect", Engine)
    monkeypatch.setattr(docker, "sweep", lambda _: 0)
    monkeypatch.setattr(image, "ensure", lambda *_: "image")
    monkeypatch.setattr(namespaces, "ready", lambda _: Path("/root"))
    monkeypatch.setattr(sys, "platform", "linux")
    return monkeypatch


def chosen() -> tuple[str, list[Text]]:
    """The sandbox's name, and what was noted."""
    notes: list[Text] = []
    sandbox = choice.strongest(lambda _: None, lambda *texts: notes.extend(texts))
    return sandbox.name, notes


def test_each_name_on_the_command_line_is_a_sandbox() -> None:
    assert [*choice.SANDBOXES, "none"] == list(SANDBOX_NAMES)


def test_containers_where_an_engine_answers(machine: pytest.MonkeyPatch) -> None:
    assert chosen() == ("docker", [])


def test_namespaces_where_none_does_and_it_is_said(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(docker, "connect", refuse(NO_ENGINE))
    name, (what, remedy) = chosen()
    assert name == "namespaces"
    assert str(what) == "No engine. So this is graded behind Linux's namespaces."
    assert "Start it." in str(remedy)


def test_nothing_where_there_is_neither_and_three_ways_on(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(docker, "connect", refuse(NO_ENGINE))
    machine.setattr(namespaces, "ready", refuse(NO_WALLS))
    with pytest.raises(SandboxError) as caught:
        chosen()
    assert str(caught.value.what) == "There is no sandbox here. No engine. No walls."
    for way in ("Start it.", "Allow them.", "--sandbox none"):
        assert way in str(caught.value.remedy)


def test_an_engine_that_fails_is_not_gone_around(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(image, "ensure", refuse(NO_ENGINE))
    with pytest.raises(SandboxError, match=r"No engine\."):
        chosen()


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_on_another_system_it_is_docker_that_serves(
    machine: pytest.MonkeyPatch, system: str
) -> None:
    machine.setattr(docker, "connect", refuse(NO_ENGINE))
    machine.setattr(sys, "platform", system)
    with pytest.raises(SandboxError) as caught:
        chosen()
    assert "Docker is what serves here" in str(caught.value.remedy)


def test_what_is_asked_for_is_what_is_taken(machine: pytest.MonkeyPatch) -> None:
    for name in ("docker", "namespaces"):
        assert choice.SANDBOXES[name](lambda _: None, lambda *_: None).name == name
    machine.setattr(docker, "connect", refuse(NO_ENGINE))
    with pytest.raises(SandboxError, match=r"No engine\."):
        choice.SANDBOXES["docker"](lambda _: None, lambda *_: None)
