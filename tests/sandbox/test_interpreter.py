"""The Python that a rubric names is found on this machine, or the error says where it may be."""

import os
import sys
from pathlib import Path

import pytest

from grader.sandbox import SandboxError, interpreter
from grader.sandbox.interpreter import find_python, is_version, this_python


@pytest.fixture(autouse=True)
def fresh() -> None:
    interpreter._search.cache_clear()


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def pretend(folder: Path, command: str, number: str) -> None:
    """A command that says that it is this Python, of another version."""
    facts = interpreter.python_facts.facts() | {"number": [int(part) for part in number.split(".")]}
    folder.mkdir(exist_ok=True)
    script(folder / command, f"echo '{str(facts).replace(chr(39), chr(34))}'")


def test_the_python_that_runs_the_grader() -> None:
    here = this_python()
    assert here.number == sys.version_info[:3]
    assert os.access(here.binary, os.X_OK)
    assert Path(here.library, "os.py").is_file()
    for wanted in ("", here.short_version, ".".join(map(str, here.number))):
        assert find_python(wanted) == here


def test_another_python_describes_itself_as_this_one_does() -> None:
    assert interpreter._ask(Path(this_python().binary)) == this_python()


def test_another_version_is_searched_for_where_commands_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("broken", "other", "right"):
        (tmp_path / folder).mkdir()
    script(tmp_path / "broken" / "python3.99", "exit 127")
    pretend(tmp_path / "other", "python3.99", "3.98.1")
    pretend(tmp_path / "right", "python3.99", "3.99.4")
    folders = [str(tmp_path / folder) for folder in ("none", "broken", "other", "right")]
    monkeypatch.setenv("PATH", os.pathsep.join([*folders, os.environ["PATH"]]))
    assert find_python("3.99").number == (3, 99, 4)
    assert find_python("3.99.4").short_version == "3.99"
    with pytest.raises(SandboxError, match=r"Python 3\.99\.5, which this machine does not have"):
        find_python("3.99.5")


def test_an_image_takes_docker() -> None:
    with pytest.raises(SandboxError, match="school/python:3, which only Docker can run") as caught:
        find_python("school/python:3")
    assert "--sandbox docker" in str(caught.value.remedy)


@pytest.mark.parametrize(
    ("python", "version"),
    [("3.13", True), ("3.13.2", True), ("python:3.13", False), ("mirror/py", False), ("", False)],
)
def test_versions_and_images(python: str, version: bool) -> None:
    assert is_version(python) == version
