"""A program that only the age of the sandbox's Python made fail is not judged."""

import dataclasses

import pytest

from checks.histories import ends, history, right_scenes, scene
from grader.checks import CHECKS
from grader.checks.newer_python import newer_python
from grader.grading.judge import judge
from grader.model.history import History
from grader.model.rubric import Rubric

SYNTAX = (
    b'  File "/work/1/course/homework/submission.py", line 1\r\nSyntaxError: invalid syntax\r\n'
)


def failing(source: str, terminal: bytes, *, code: int = 1) -> History:
    """A program that ended at its start, on Python 3.12.1."""
    given = scene("terminal", ends(code), listening=False, terminal=terminal)
    return dataclasses.replace(history(given), source=source.encode())


def traceback(error: str) -> bytes:
    return f'Traceback (most recent call last):\r\n  File "x", line 1\r\n{error}\r\n'.encode()


@pytest.mark.parametrize(
    ("source", "terminal", "needed", "why"),
    [
        ("t'{x}'", SYNTAX, (3, 14), 'line 1: `t"…"`'),
        ("\ndef f[T = int](): pass", SYNTAX, (3, 13), "line 2: `def f[T = int]()`"),
        (
            "queue.ShutDown",
            traceback("AttributeError: module 'queue' has no attribute 'ShutDown'"),
            (3, 13),
            "`queue.ShutDown`",
        ),
        (
            "from warnings import deprecated",
            traceback("ImportError: cannot import name 'deprecated' from 'warnings' (/usr/w.py)"),
            (3, 13),
            "`warnings.deprecated`",
        ),
        (
            "Path('log.txt').copy('old.txt')",
            traceback("AttributeError: 'PosixPath' object has no attribute 'copy'"),
            (3, 14),
            "`pathlib.Path.copy`",
        ),
        (
            "x = frozendict()",
            traceback("NameError: name 'frozendict' is not defined. Did you mean: 'frozenset'?"),
            (3, 15),
            "`builtins.frozendict`",
        ),
        (
            "import annotationlib",
            traceback("ModuleNotFoundError: No module named 'annotationlib'"),
            (3, 14),
            "`annotationlib`",
        ),
        (
            "from compression import zstd",
            traceback("ModuleNotFoundError: No module named 'compression'"),
            (3, 14),
            "`compression.zstd`",
        ),
    ],
)
def test_a_newer_python_is_needed(
    source: str, terminal: bytes, needed: tuple[int, int], why: str
) -> None:
    found = newer_python(failing(source, terminal))
    assert found is not None
    assert (found.needed, str(found.why), found.had) == (needed, why, "3.12.1")
    version = f"{needed[0]}.{needed[1]}"
    assert str(found.because) == f"it needs Python {version}"
    assert f'python = "{version}"' in str(found.headline)


@pytest.mark.parametrize(
    ("source", "terminal"),
    [
        # The construct is as old as the Python that ran it.
        ("type X = int", SYNTAX),
        ("itertools.batched", traceback("ImportError: cannot import name 'batched' from 'it'")),
        # The error is another one.
        ("t'{x}'", traceback("NameError: name 'x' is not defined")),
        ("t'{x}'", b""),
        ("queue.ShutDown", traceback("AttributeError: module 'queue' has no attribute 'Queu'")),
        # A program's own mistake.
        ("t'{x}'\nprint 'x'", SYNTAX),
        ("import compression", traceback("ModuleNotFoundError: No module named 'compression'")),
        ("import helper", traceback("ModuleNotFoundError: No module named 'helper'")),
        # Only the terminal says so.
        ("x = 1", traceback("AttributeError: module 'queue' has no attribute 'ShutDown'")),
        ("x = 1", SYNTAX),
        ("", SYNTAX),
    ],
)
def test_no_newer_python_would_help(source: str, terminal: bytes) -> None:
    assert newer_python(failing(source, terminal)) is None


def test_a_server_that_went_on_needs_none() -> None:
    """It caught the error, or printed such a text."""
    error = traceback("AttributeError: module 'queue' has no attribute 'ShutDown'")
    given = history(scene("terminal", terminal=error))
    assert newer_python(dataclasses.replace(given, source=b"queue.ShutDown")) is None
    assert newer_python(history(*right_scenes())) is None


def test_nothing_is_judged_by_it() -> None:
    entries = judge(failing("t'{x}'", SYNTAX), Rubric())
    assert {entry.outcome.outcome for entry in entries} == {"not-judged"}
    assert len(entries) == len(CHECKS)
    assert sum(entry.points for entry in entries) == 0
