"""Which sandbox is opened, and the error if there is none."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.cli.options import SANDBOX_NAMES
from grader.model.text import Text, say
from grader.sandbox import SandboxError, SandboxName, choice, interpreter
from grader.sandbox.docker import containers, engine, image
from grader.sandbox.namespaces import sandbox as namespaces

NO_ENGINE = SandboxError(say("No engine."), say("Start it."))
NO_NAMESPACES = SandboxError(say("No namespaces."), say("Allow them."))


def refuse(error: SandboxError) -> Callable[..., Any]:
    def refused(*_: object, **__: object) -> Any:
        raise error

    return refused


class Engine:
    def close(self) -> None:
        pass


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine that supports every sandbox."""
    monkeypatch.setattr(engine, "connect", Engine)
    monkeypatch.setattr(containers, "remove_abandoned", lambda _: 0)
    monkeypatch.setattr(image, "ensure", lambda *_, **__: "image")
    monkeypatch.setattr(namespaces, "prepare", lambda *_: Path("/root"))
    monkeypatch.setattr(sys, "platform", "linux")
    return monkeypatch


def chosen() -> tuple[str, list[Text]]:
    """Choose automatically; return the sandbox's name, and the notices."""
    notes: list[Text] = []
    sandbox = choice.open_sandbox("auto", notify=lambda *texts: notes.extend(texts))
    return sandbox.name, notes


def test_each_name_on_the_command_line_opens_a_sandbox(machine: pytest.MonkeyPatch) -> None:
    for name in SANDBOX_NAMES:
        opened = choice.open_sandbox(name)
        assert opened.name == ("docker" if name == "auto" else name)


def test_the_python_that_the_rubric_names_reaches_each_sandbox(
    machine: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def ensure(*_: object, python: str) -> str:
        asked.append(python)
        return "image"

    def prepare(_: object, python: interpreter.Interpreter) -> Path:
        asked.append(python)
        return Path("/root")

    machine.setattr(image, "ensure", ensure)
    machine.setattr(namespaces, "prepare", prepare)
    here = interpreter.this_python()
    for name in SANDBOX_NAMES:
        choice.open_sandbox(name, python=here.short_version)
    assert sorted(asked, key=str) == [here.short_version, here.short_version, here]
    for name in ("namespaces", "none"):
        with pytest.raises(SandboxError, match=r"Python 3\.99"):
            choice.open_sandbox(name, python="3.99")


def test_containers_where_an_engine_answers(machine: pytest.MonkeyPatch) -> None:
    assert chosen() == ("docker", [])


def test_namespaces_where_none_does_and_it_is_said(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(engine, "connect", refuse(NO_ENGINE))
    name, (what, remedy) = chosen()
    assert name == "namespaces"
    assert str(what) == "No engine. Falling back to Linux namespaces."
    assert "Start it." in str(remedy)


def test_nothing_where_there_is_neither_and_three_ways_on(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(engine, "connect", refuse(NO_ENGINE))
    machine.setattr(namespaces, "prepare", refuse(NO_NAMESPACES))
    with pytest.raises(SandboxError) as caught:
        chosen()
    assert str(caught.value.what) == "This machine has no sandbox. No engine. No namespaces."
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
    machine.setattr(engine, "connect", refuse(NO_ENGINE))
    machine.setattr(sys, "platform", system)
    with pytest.raises(SandboxError) as caught:
        chosen()
    remedy = str(caught.value.remedy)
    assert remedy.startswith(str(NO_ENGINE.remedy))
    assert "docs/windows-and-macos.md" in remedy
    assert ("WSL 2" in remedy) == (system == "win32")
    assert "amespaces" not in remedy
    assert "--sandbox none" not in remedy


def test_what_is_asked_for_is_what_is_taken(machine: pytest.MonkeyPatch) -> None:
    names: tuple[SandboxName, ...] = ("docker", "namespaces")
    for name in names:
        assert choice.open_sandbox(name).name == name
    machine.setattr(engine, "connect", refuse(NO_ENGINE))
    with pytest.raises(SandboxError, match=r"No engine\."):
        choice.open_sandbox("docker")


def test_the_runtime_is_chosen_by_the_environment(machine: pytest.MonkeyPatch) -> None:
    machine.delenv("GRADER_RUNTIME", raising=False)
    assert choice.open_sandbox("docker").identity == "image"
    machine.setenv("GRADER_RUNTIME", "runsc")
    assert choice.open_sandbox("docker").identity == "image runsc"
