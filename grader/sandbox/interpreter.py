"""The Python that runs programs: this one, or another one of this machine that a rubric names."""

import functools
import os
import re
import subprocess
from pathlib import Path

import msgspec

from grader.model.text import Text, say
from grader.sandbox import SandboxError, python_facts

QUERY_TIMEOUT = 10
"""Seconds in which another Python must describe itself; 0.03 is usual."""


class Interpreter(msgspec.Struct, frozen=True):
    """A Python that is installed on this machine."""

    binary: str
    library: str
    """The folder of its standard library."""
    extensions: str
    """The folder of the library's extension modules; empty: unknown."""
    version: str
    """Its whole version, as in ``sys.version``."""
    number: tuple[int, int, int]
    implementation: str
    cache_tag: str
    """Part of the names of its bytecode files."""
    platlibdir: str

    @property
    def short_version(self) -> str:
        """Its version, such as ``3.13``."""
        return ".".join(map(str, self.number[:2]))

    def is_version(self, wanted: str) -> bool:
        """Whether it is the version ``wanted``, such as ``3.13`` or ``3.13.2``."""
        parts = wanted.split(".")
        return parts == [str(part) for part in self.number[: len(parts)]]


def is_version(python: str) -> bool:
    """Whether a rubric's ``python`` is a version, and not an image."""
    return re.fullmatch(r"[0-9.]+", python) is not None


@functools.cache
def this_python() -> Interpreter:
    """The Python that runs the grader."""
    return msgspec.convert(python_facts.facts(), Interpreter)


def find_python(wanted: str) -> Interpreter:
    """Return this machine's Python of the version ``wanted``; empty: the one that runs the grader.

    Raises:
        SandboxError: this machine has none, or ``wanted`` is an image.
    """
    if not wanted or this_python().is_version(wanted):
        return this_python()
    if not is_version(wanted):
        raise SandboxError(
            say("The rubric asks for the image {image}, which only Docker can run.", image=wanted),
            _remedy(),
        )
    found = _search(wanted)
    if found is None:
        raise SandboxError(
            say(
                "The rubric asks for Python {wanted}, which this machine does not have.",
                wanted=wanted,
            ),
            _remedy(),
        )
    return found


def _remedy() -> Text:
    return say(
        "Grade with --sandbox docker, or install that Python so that its command, such as "
        "python3.13, is found."
    )


@functools.cache
def _search(wanted: str) -> Interpreter | None:
    name = "python" + ".".join(wanted.split(".")[:2])
    for folder in os.get_exec_path():
        path = Path(folder, name)
        if os.access(path, os.X_OK):
            found = _ask(path)
            if found is not None and found.is_version(wanted):
                return found
    return None


def _ask(path: Path) -> Interpreter | None:
    """What the Python at ``path`` says of itself; None: it is none, or it is broken."""
    try:
        done = subprocess.run(
            [path, "-I", "-S", python_facts.__file__],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=QUERY_TIMEOUT,
            check=True,
        )
        return msgspec.json.decode(done.stdout, type=Interpreter)
    except (OSError, subprocess.SubprocessError, msgspec.DecodeError):
        return None
