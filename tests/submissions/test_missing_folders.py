"""The folders that a program missed are found on its terminal."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submissions.missing_folders import missing_folders
from grader.submissions.named_folders import MOST, may_be_made

DENIED = """
def refuse(path): raise PermissionError(13, 'Permission denied', path)
mkdir = opens = refuse
"""
"""As the kernel answers another user than root, who may do everything."""


@pytest.fixture
def errors(tmp_path: Path) -> Callable[[str], bytes]:
    """Says what a real Python says when it runs a program."""
    file = tmp_path / "homework" / "program.py"
    file.parent.mkdir()

    def run(program: str) -> bytes:
        file.write_text("import os, pathlib\n" + program, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", str(file)],
            capture_output=True,
            check=False,
            cwd=file.parent,
        )
        return done.stdout + done.stderr

    return run


@pytest.mark.parametrize(
    ("program", "folders"),
    [
        ("open('/home/nobody/day08/a.log', 'a')", ("/home/nobody/day08",)),
        ("open('nowhere/日志/a.log', 'a')", ("nowhere/日志",)),
        ("open('../nowhere/a.log', 'a')", ("../nowhere",)),
        ("open('C:/Users/me/a.log', 'a')", ("C:/Users/me",)),
        ("open(\"it's/a.log\", 'a')", ("it's",)),
        ("open('./nowhere//a.log', 'a')", ("nowhere",)),
        ("os.chdir('/home/nobody/day08')", ("/home/nobody/day08",)),
        ("os.mkdir('/home/nobody/day08/logs')", ("/home/nobody/day08",)),
        ("pathlib.Path('/home/nobody/day08/logs').mkdir()", ("/home/nobody/day08",)),
        (DENIED + "mkdir('/home/nobody')", ("/home/nobody",)),
        (DENIED + "opens('/var/log/a.log')", ("/var/log",)),
        ("os.listdir('nowhere')", ("nowhere",)),
        ("try: open('nowhere/a.log')\nexcept OSError as e: print('错误:', e)", ("nowhere",)),
        ("import logging\nlogging.FileHandler('/nowhere/a.log')", ("/nowhere",)),
        ("open('a.log.that.is.nowhere')", ()),
        ("open('/a.log.that.is.nowhere')", ()),
        ("open('../a.log.that.is.nowhere')", ()),
        ("open('/etc/nowhere/a.log')", ()),
        ("open('/proc/nowhere/a.log')", ()),
        ("open(b'nowhere/a.log')", ()),
        ("open('../../../nowhere/a.log')", ()),
        ("print('no error: /home/nobody/a.log')", ()),
    ],
)
def test_an_error_gives_its_folder(
    program: str, folders: tuple[str, ...], errors: Callable[[str], bytes]
) -> None:
    assert missing_folders([errors(program)]) == folders


def test_folders_are_unique_and_in_order(
    errors: Callable[[str], bytes],
) -> None:
    first, second = errors("open('b/x')"), errors("open('a/x')")
    assert missing_folders([b"", first, second, first]) == ("b", "a")


def test_a_file_that_may_not_be_created_gives_no_folder() -> None:
    told = b"OSError: [Errno 30] Read-only file system: '/server.log'"
    assert missing_folders([told]) == ()
    assert missing_folders([told.replace(b"/server", b"/data/server")]) == ("/data",)


@pytest.mark.parametrize(
    ("path", "folders"),
    [
        ("/work/1/course/homework/log/a.log", ("log",)),
        ("/work/12/course/homework/a/b/a.log", ("a/b",)),
        ("/work/1/course/logs/a.log", ("../logs",)),
        ("/work/1/logs/a.log", ("../../logs",)),
        ("/tmp/x7/3/course/homework/log/a.log", ("log",)),
        ("/work/1/course/homework/a.log", ()),
        ("/work/logs/a.log", ("/work/logs",)),
        ("/work/x/../2/a.log", ()),
        ("/work/a.log", ()),
        ("/home/me/1/a.log", ("/home/me/1",)),
    ],
)
def test_folders_of_a_scenario_become_relative(path: str, folders: tuple[str]) -> None:
    told = f"FileNotFoundError: [Errno 2] No such file or directory: '{path}'".encode()
    assert missing_folders([told]) == folders


def test_colors_do_not_hide_an_error() -> None:
    told = (
        b"\x1b[1;35mFileNotFoundError\x1b[0m: \x1b[35m[Errno 2] No such file or directory:"
        b" '/home/me/day08/a.log'\x1b[0m"
    )
    assert missing_folders([told]) == ("/home/me/day08",)


@given(path=st.text())
def test_only_folders_that_may_be_created_are_returned(path: str) -> None:
    told = f"[Errno 2] No such file or directory: {path!r}".encode("utf-8", "surrogatepass")
    assert all(map(may_be_made, missing_folders([told])))


@given(told=st.binary())
def test_any_bytes_are_accepted(told: bytes) -> None:
    assert missing_folders([b"[Errno 2] x: '" + told + b"'", told]) is not None


def test_a_flood_of_errors_takes_bounded_time() -> None:
    flood = "".join(f"[Errno 2] x: 'f{n}/a'\n" for n in range(20 * MOST)).encode()
    assert f"f{20 * MOST - 1}" in missing_folders([flood * 50])


def test_reading_does_not_run_the_program(tmp_path: Path) -> None:
    told = f"[Errno 2] x: '' + open({str(tmp_path / 'made')!r}, 'w').name".encode()
    missing_folders([told])
    assert list(tmp_path.iterdir()) == []
