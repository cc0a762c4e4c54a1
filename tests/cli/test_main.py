"""The command as a process of its own: what it imports, and where its output goes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from checks.histories import right_scenes, says, scene

import grader


def process(*args: str, code: str = "", **env: str) -> subprocess.CompletedProcess[bytes]:
    told = subprocess.run(
        [sys.executable, *(["-c", code] if code else ["-m", "grader"]), *args],
        env={**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1]), **env},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert b"Traceback" not in told.stderr
    return told


IMPORTED = """
import sys
from grader.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("args", [["--help"], ["none.py"], ["--version"], ["judge", "--help"]])
def test_what_is_said_at_once_imports_nothing_slow(args):
    modules = process(*args, code=IMPORTED).stderr.decode().split()
    assert "grader.cli.main" in modules
    assert not {"docker", "rich", "requests", "ssl", "asyncio"} & set(modules)


def test_the_module_is_the_command():
    told = process("--version")
    assert (told.returncode, told.stdout.split()[0]) == (0, b"grade,")


def test_judging_does_not_import_docker(stored):
    told = process("judge", str(stored(*right_scenes())), code=IMPORTED)
    assert told.returncode == 0
    assert not {"docker", "requests"} & set(told.stderr.decode().split())


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252", "utf-8"])
def test_an_output_that_takes_few_characters(stored, encoding):
    """A pipe on Windows, for example: signs may be lost, points may not."""
    run = str(stored(*right_scenes(newcomer=scene("newcomer", says("a"))), submission="早.py"))
    told = process("judge", run, PYTHONIOENCODING=encoding)
    assert told.returncode == 0
    assert b"95 of 100 points" in told.stdout
    told = process("judge", "--json", run, PYTHONIOENCODING=encoding)
    assert json.loads(told.stdout)["submission"] == "早.py"


def test_a_reader_that_goes_away(stored):
    run = str(stored(*right_scenes()))
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        told = subprocess.run(
            [sys.executable, "-m", "grader", "judge", run, run],
            env={**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1])},
            stdout=closed, stderr=subprocess.PIPE, check=False, timeout=60,
        )  # fmt: skip
    assert told.returncode != 0
    assert b"Traceback" not in told.stderr
    assert b"Exception ignored" not in told.stderr
