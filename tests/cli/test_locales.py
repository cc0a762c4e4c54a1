"""A locale that is not UTF-8 ends in no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from classroom.samples import DEAF, store

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
"""Every system has this locale."""


def run(*args: str) -> tuple[int, bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "grader", *args], env=os.environ | ASCII, capture_output=True
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("return", "--to", "back", "--roster", "roster.csv"),
        ("book", "--roster", "roster.csv"),
        ("site",),
        ("verify",),
        ("decide", "bob.py", "starts", "1", "--reason", "x", "--by", "Li"),
    ],
)
def test_a_name_that_the_encoding_does_not_have_is_no_traceback(command, grade):
    store(Path("runs"), "bob.py", DEAF)
    store(Path("runs"), "张三.py", DEAF)
    Path("roster.csv").write_text("file,name,number\nbob.py,Ñandú😀,0043\n", "utf-8")
    status, said = run(*command)
    assert b"Traceback" not in said
    assert status in (0, 3)
