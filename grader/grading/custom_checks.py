"""Loads a teacher's own checks: the functions of one Python file, which is trusted.

A function defined in that file is a check unless its name begins with an underscore. It takes the
history. Its docstring says when it passes, and it returns ``True``, ``False``, a sentence that says
what was seen instead, or an :class:`~grader.model.outcome.Outcome`.
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
from grader.errors import UserError, os_reason
from grader.model.history import History
from grader.model.outcome import Cause, Finding, Outcome, failed, not_judged, passed
from grader.model.text import Text, say

_MODULE = "_a_teachers_checks"
"""The name of the file as a module; the file's own name could hide a module that it imports."""


class CustomChecksError(UserError):
    """A file of custom checks is invalid or cannot be read."""


@dataclass(frozen=True, kw_only=True)
class CheckSet:
    """The checks by which a submission is judged."""

    checks: tuple[Check, ...] = CHECKS
    file: str = ""
    """The teacher's file; empty: there is none."""
    hash: str = ""
    """The SHA-256 of that file."""


def load(path: Path | None) -> CheckSet:
    """Load the built-in checks, and after them those in the file ``path`` (None: no file).

    Raises:
        CustomChecksError: the file cannot be read or run, or a function is not a valid check; the
            message names the line.
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
                reason=os_reason(error),
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
    sys.modules[_MODULE] = module  # dataclasses look up annotations there
    try:
        exec(compile(source, str(path), "exec"), module.__dict__)
    except SyntaxError as error:
        raise _wrong(path, error.lineno or 1, _error(error, error.msg)) from error
    except (Exception, SystemExit) as error:
        line = _line_in(path, error) or 1
        raise _wrong(path, line, _error(error, error)) from error
    return module


def _check(path: Path, function: FunctionType, known: set[str]) -> Check:
    """Make a check of ``function``. ``known``: the names of the checks before it."""
    line = function.__code__.co_firstlineno
    name = function.__name__.replace("_", "-")
    needs = getattr(function, "needs", ())
    asks, _, why = (inspect.getdoc(function) or "").strip().partition("\n\n")
    reason: Text | None = None
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        reason = say("a check's name may contain only lowercase letters, digits and _")
    elif name in known:
        reason = say("there is already a check {name}", name=name)
    elif not asks:
        reason = say("it needs a docstring that says when it passes")
    elif not _takes_a_history(function):
        reason = say("it must take one argument, the history")
    elif not isinstance(needs, tuple | list) or not all(isinstance(n, str) for n in needs):
        reason = say("`needs` must be a tuple of check names, such as ('client-logged',)")
    else:
        missing = [need for need in needs if need not in known]
        if missing:
            reason = say("it needs {need}, but there is no such check before it", need=missing[0])
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
        lesson=say("a check by the teacher, in {path}", path=path.name),
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
        except (Undecided, MemoryError):
            raise
        except Exception as error:
            # As with built-in checks: a bug in a check is never the student's fault.
            return not_judged(
                say(
                    "The teacher's check raised an error, in {path} on line {line}: {error}",
                    path=path.name,
                    line=_line_in(path, error) or function.__code__.co_firstlineno,
                    error=f"{type(error).__name__}: {error}",
                )
            )

    return judge


def _outcome(returned: Any, asks: Text) -> Outcome:
    if isinstance(returned, Outcome):
        return returned
    if returned is True:
        return passed()
    if returned is False or isinstance(returned, str):
        return failed(
            Finding(
                done=say("what your teacher's own check examines"),
                expected=asks,
                seen=(_text(returned) if returned else say("the condition does not hold"),),
                cause=_ASK,
            )
        )
    raise TypeError(f"it returned {returned!r} instead of True, False, a sentence or an Outcome")


_ASK = Cause("teachers-own-check", say("Ask your teacher, who wrote this check."))


def _text(words: str) -> Text:
    """A teacher's sentence as a text; braces in it are not placeholders."""
    return say("{text}", text=" ".join(words.split()))


def _line_in(path: Path, error: BaseException) -> int | None:
    """The innermost line of the file in the traceback of ``error``; None: not in the file."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(path)
    ]
    return lines[-1] if lines else None


def _error(error: BaseException, message: object) -> Text:
    return say("{error}: {message}", error=type(error).__name__, message=message)


def _wrong(path: Path, line: int, reason: Text) -> CustomChecksError:
    return CustomChecksError(
        say("The checks {path}, line {line}: {reason}.", path=path, line=line, reason=reason)
    )
