"""The command as a separate process: what it imports, and where its output goes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from checks.histories import right_scenes, says, scene

import grader


def process(*args: str, code: str = "", **env: str) -> subprocess.CompletedProcess[bytes]:
    result = subprocess.run(
        [sys.executable, *(["-c", code] if code else ["-m", "grader"]), *args],
        env={**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1]), **env},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert b"Traceback" not in result.stderr
    return result


LIST_MODULES = """
import sys
from grader.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("args", [["--help"], ["none.py"], ["--version"], ["judge", "--help"]])
def test_quick_answers_import_nothing_slow(args):
    modules = process(*args, code=LIST_MODULES).stderr.decode().split()
    assert "grader.cli.main" in modules
    assert not {"docker", "rich", "requests", "ssl", "asyncio"} & set(modules)


def test_the_module_is_the_command():
    result = process("--version")
    assert (result.returncode, result.stdout.split()[0]) == (0, b"grade,")


def test_judging_does_not_import_docker(stored):
    result = process("judge", str(stored(*right_scenes())), code=LIST_MODULES)
    assert result.returncode == 0
    assert not {"docker", "requests"} & set(result.stderr.decode().split())


JUDGE_TWICE = """
import sys
from grader.cli.main import main
for options in ([], ["--json"]):
    try:
        main(["judge", *options, *sys.argv[1:]])
    except SystemExit as end:
        assert not end.code, end.code
    print("\\f", flush=True)
"""


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252", "utf-8"])
def test_an_output_with_a_limited_encoding(stored, encoding):
    """A pipe on Windows, for example: characters may be lost, the points may not."""
    run = str(stored(*right_scenes(newcomer=scene("newcomer", says("a"))), submission="早.py"))
    result = process(run, code=JUDGE_TWICE, PYTHONIOENCODING=encoding)
    assert result.returncode == 0
    text, json_report, _ = result.stdout.split(b"\f")
    assert b"95 of 100 points" in text
    assert json.loads(json_report)["submission"] == "早.py"


def test_a_closed_pipe(stored):
    run = str(stored(*right_scenes()))
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        result = subprocess.run(
            [sys.executable, "-m", "grader", "judge", run, run],
            env={**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1])},
            stdout=closed, stderr=subprocess.PIPE, check=False, timeout=60,
        )  # fmt: skip
    assert result.returncode != 0
    assert b"Traceback" not in result.stderr
    assert b"Exception ignored" not in result.stderr
