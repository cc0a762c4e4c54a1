"""The folders that a program has missed: told by the errors that its terminal showed.

What :mod:`grader.submissions.named_folders` cannot see in a program's text (a folder that is handed over as a
parameter, or put together in a loop) shows when the program runs.
"""

import ast
import posixpath
import re
from collections.abc import Iterable

from grader.submissions.named_folders import may_be_made

_ERROR = re.compile(
    r"\[Errno (2|13|30)\] [^:\n]*: ('(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")", re.ASCII
)
"""How Python tells that there is no such file (2), that it may not be made there (13), or that
nobody may (30)."""

_ENTERED = re.compile(r"\b(?:chdir|listdir|scandir|iterdir)\(")
_MADE = re.compile(r"\b(?:mkdir|makedirs)\(")
"""Calls that name a folder, and no file in it."""

_CODE = 6
"""Lines above an error in which a traceback shows the last two calls: code, and marks below it."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

_LONGEST = 64 << 10
"""Characters of each terminal that are read, from its end: an error ends a program."""


_SCENARIO = re.compile(r"(?:/work|.*(?=/[0-9]+/course(?:/|$)))/[0-9]+(?=/|$)", re.ASCII)
"""A scenario's own folder, two above the program's (``agent/files/workspace.py``)."""


def _as_the_program_has_it(folder: str) -> str:
    """``folder``, relative to the program's where it lies in a scenario's own: in the next scenario
    that is another one."""
    own = _SCENARIO.match(folder)
    return posixpath.relpath(folder, f"{own[0]}/course/homework") if own else folder


def missing_folders(terminals: Iterable[bytes]) -> tuple[str, ...]:
    """The folders that would have to be there for the errors on ``terminals`` not to be.

    Each once, in the order in which they were missed; only such as may be made for a program.
    They are a stranger's texts.
    """
    found: dict[str, None] = {}
    for terminal in terminals:
        text = _COLOUR.sub("", terminal.decode("utf-8", "replace")[-_LONGEST:])
        for error in _ERROR.finditer(text):
            number, literal = error.groups()
            try:
                path = ast.literal_eval(literal)
            except (SyntaxError, ValueError):
                continue  # no Python has written this
            above = text[: error.start()].rsplit("\n", _CODE)[-_CODE:]
            itself = any(map(_ENTERED.search, above)) or (
                # Where the one above it is missing, the program makes this one then.
                number != "2" and any(map(_MADE.search, above))
            )
            folder = path if itself else posixpath.dirname(path)
            folder = _as_the_program_has_it(posixpath.normpath(folder)) if folder.strip("/") else ""
            if may_be_made(folder):
                found[folder] = None
    return tuple(found)
