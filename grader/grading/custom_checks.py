"""A teacher's own checks: the functions of one Python file, which is trusted as the grader is.

A function is a check if its name has no leading underscore and it is defined in that file. It is
given the history, says by its docstring when it passes, and returns whether it does: ``True``,
``False``, a sentence that says what was seen instead, or an :class:`~grader.model.outcome.Outcome`.
"""

import hashlib
import inspect
import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from grader.checks import CHECKS, Check, Undecided
from grader.checks.check import history_only
from grader.errors import UserError
from grader.model.history import History
from grader.model.outcome import Finding, Outcome, failed, not_judged, passed
from grader.model.text import Text, say

_MODULE = "_a_teachers_checks"
"""The file's name as a module: none of its own could hide a module that it imports."""


class CustomChecksError(UserError):
    """A teacher's file cannot be used."""


@dataclass(frozen=True, kw_only=True)
class CheckSet:
    """The checks that a submission is judged by."""

    checks: tuple[Check, ...] = CHECKS
    file: str = ""
    """The teacher's file; empty: there is none, and these are the grader's own alone."""
    hash: str = ""
    """Of that file's bytes (SHA-256)."""


def load(path: Path | None) -> CheckSet:
    """The grader's checks, and those in the file ``path`` behind them. None: there is no file.

    Raises:
        CustomChecksError: it cannot be read or run, or a function in it is no check; which, and on
            which line.
    """
    if path is None:
        return CheckSet()
    try:
        source = path.read_bytes()
    except OSError as error:
        raise CustomChecksError(
            say(
                "The checks {path} cannot be read: {reason}.",
                path=path,
                reason=error.strerror or error,
            )
        ) from error
    module = _run(path, source)
    own = [
        value
        for name, value in vars(module).items()
        if isinstance(value, FunctionType)
        and value.__module__ == _MODULE
        and not name.startswith("_")
    ]
    if not own:
        raise CustomChecksError(
            say(
                "There is no check in {path}: write a function that takes a history, with a "
                "docstring that says when it passes.",
                path=path,
            )
        )
    checks = list(CHECKS)
    for function in own:
        checks.append(_check(path, function, {check.name for check in checks}))
    return CheckSet(checks=tuple(checks), file=str(path), hash=hashlib.sha256(source).hexdigest())


def _run(path: Path, source: bytes) -> ModuleType:
    module = ModuleType(_MODULE)
    module.__file__ = str(path)
    sys.modules[_MODULE] = module  # where dataclasses look for what their annotations name
    try:
        exec(compile(source, str(path), "exec"), module.__dict__)
    except SyntaxError as error:
        raise _wrong(path, error.lineno or 1, _error(error, error.msg)) from error
    except (Exception, SystemExit) as error:
        line = _line_in(path, error) or 1
        raise _wrong(path, line, _error(error, error)) from error
    return module


def _check(path: Path, function: FunctionType, known: set[str]) -> Check:
    """The check that ``function`` is; ``known``: the names of those before it."""
    line = function.__code__.co_firstlineno
    name = function.__name__.replace("_", "-")
    needs = getattr(function, "needs", ())
    asks, _, why = (inspect.getdoc(function) or "").strip().partition("\n\n")
    reason: Text | None = None
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        reason = say("a check's name has small letters, digits and _ only")
    elif name in known:
        reason = say("there is a check {name} already", name=name)
    elif not asks:
        reason = say("it has no docstring, which says when it passes")
    elif not _takes_a_history(function):
        reason = say("it has to take one argument, the history")
    elif not isinstance(needs, tuple | list) or not all(isinstance(n, str) for n in needs):
        reason = say("its needs are no names of checks, as in: needs = ('client-logged',)")
    else:
        missing = [need for need in needs if need not in known]
        if missing:
            reason = say("it needs {need}, and there is no such check before it", need=missing[0])
    if reason:
        raise _wrong(
            path, line, say("{function}: {reason}", function=function.__name__, reason=reason)
        )
    return Check(
        name=name,
        points=0,
        needs=tuple(needs),
        asks=_text(asks),
        why=_text(why),
        lesson=say("a check of the teacher's own, in {path}", path=path.name),
        judge=history_only(_judge(path, function, _text(asks))),
    )


def _takes_a_history(function: FunctionType) -> bool:
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        return False
    return True


def _judge(
    path: Path, function: Callable[[History], Any], asks: Text
) -> Callable[[History], Outcome]:
    def judge(history: History) -> Outcome:
        try:
            return _outcome(function(history), asks)
        except Undecided:
            raise
        except Exception as error:
            # As with our own: a check's mistake is never the student's.
            return not_judged(
                say(
                    "The teacher's check is broken, in {path} on line {line}: {error}",
                    path=path.name,
                    line=_line_in(path, error) or function.__code__.co_firstlineno,
                    error=f"{type(error).__name__}: {error}",
                )
            )

    return judge


def _outcome(said: Any, asks: Text) -> Outcome:
    if isinstance(said, Outcome):
        return said
    if said is True:
        return passed()
    if said is False or isinstance(said, str):
        return failed(
            Finding(
                done=say("what your teacher's own check looks at"),
                expected=asks,
                seen=(_text(said) if said else say("it is not so"),),
                hint=say("Ask your teacher, whose check this is."),
            )
        )
    raise TypeError(f"it returned {said!r}, and not True, False, a sentence or an Outcome")


def _text(words: str) -> Text:
    """A teacher's sentence: braces in it are no fields."""
    return say("{text}", text=" ".join(words.split()))


def _line_in(path: Path, error: BaseException) -> int | None:
    """The last line of the file that ``error`` went through; None: it was not in it."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(path)
    ]
    return lines[-1] if lines else None


def _error(error: BaseException, told: object) -> Text:
    return say("{error}: {told}", error=type(error).__name__, told=told)


def _wrong(path: Path, line: int, reason: Text) -> CustomChecksError:
    return CustomChecksError(
        say("The checks {path}, line {line}: {reason}.", path=path, line=line, reason=reason)
    )
