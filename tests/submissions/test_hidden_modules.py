"""A program's name may hide a standard module from it."""

import subprocess
import sys
from pathlib import Path

import pytest

from grader.submissions.hidden_modules import hidden_module

HIDDEN = [
    ("socket.py", "import socket", ""),
    ("socket.py", "from socket import *", ""),
    ("socket.py", "def main():\n    import socket\nmain()", ""),
    ("logging.py", "import sys, logging.handlers", ""),
    ("selectors.py", "import socket", "socket"),
    ("types.py", "from socket import socket", "socket"),
    ("threading.py", "from logging import handlers", "logging"),
    ("queue.py", "from logging import handlers", "logging"),
    ("string.py", "import logging", "logging"),
    ("random.py", "import select, tempfile", "tempfile"),
]


@pytest.mark.parametrize(("name", "source", "importer"), HIDDEN)
def test_a_module_that_the_program_needs(name: str, source: str, importer: str) -> None:
    for path in (name, f"zhang_san/{name}"):
        assert hidden_module(path, source.encode()) == (name.removesuffix(".py"), importer)


@pytest.mark.parametrize(("name", "source", "_"), HIDDEN)
def test_python_finds_the_program_instead(tmp_path: Path, name: str, source: str, _: str) -> None:
    """Python itself agrees: it runs the program twice, the second time as that module."""
    (tmp_path / name).write_text(f"print(__name__, flush=True)\n{source}\n")
    done = subprocess.run(
        [sys.executable, "-S", name], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.split()[:2] == ["__main__", name.removesuffix(".py")]


def test_select_is_part_of_the_interpreter_on_some_systems_only() -> None:
    assert hidden_module("select.py", b"import select") == ("select", "")
    assert hidden_module("select.py", b"import socket") == ("select", "socket")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("server.py", "import select, socket"),
        ("select_server.py", "import select"),
        ("select", "import select"),
        ("select.txt", "import select"),
        ("logging.py", "import select, socket, sys"),
        ("threading.py", "import select, socket, sys"),
        ("test.py", "import select, socket, sys"),
        ("os.py", "import os, socket"),
        ("io.py", "import io, logging"),
        ("time.py", "import time, logging"),
        ("sys.py", "import sys"),
        ("select.py", ""),
        ("select.py", "import numpy, server"),
        ("select.py", "from . import chat"),
        ("select.py", "import select, "),
    ],
)
def test_a_name_that_does_no_harm(name: str, source: str) -> None:
    assert hidden_module(name, source.encode()) is None
