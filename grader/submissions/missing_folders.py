"""Finds the folders that a program missed when it ran, by the errors on its terminal.

Some folders cannot be found in the source by :mod:`grader.submissions.named_folders`: those passed
as a parameter, or assembled in a loop.
"""

import ast
import posixpath
import re
from collections.abc import Iterable

from grader.submissions.named_folders import may_be_made

_ERROR = re.compile(
    r"\[Errno (2|13|30)\] [^:\n\[]*: ('(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")", re.ASCII
)
"""Python's message for a missing file (ENOENT, 2), for a folder in which the program may not create
one (EACCES, 13), and for a read-only file system (EROFS, 30)."""

_ENTERED = re.compile(r"\b(?:chdir|listdir|scandir|iterdir)\(")
_MADE = re.compile(r"\b(?:mkdir|makedirs)\(")
"""Calls whose argument is a folder, not a file in one."""

_CODE = 6
"""Lines above an error that hold the last two calls of a traceback: code, and the marks below."""

_COLOR = re.compile(r"\x1b\[[0-9;]*m")

_LONGEST = 64 << 10
"""Characters that are read of each terminal, from its end, where an error stands."""

_SCENARIO = re.compile(r"(?:/work|.*(?=/[0-9]+/course(?:/|$)))/[0-9]+(?=/|$)", re.ASCII)
"""A scenario's own folder, two levels above the program's (``agent/files/workspace.py``)."""


def _relative_to_program(folder: str) -> str:
    """``folder``, relative to the program's if it is inside a scenario's folder, because each
    scenario has a different one."""
    own = _SCENARIO.match(folder)
    return posixpath.relpath(folder, f"{own[0]}/course/homework") if own else folder


def missing_folders(terminals: Iterable[bytes]) -> tuple[str, ...]:
    """Find the folders whose absence explains the errors on ``terminals``.

    Returns:
        Each folder once, in the order of the errors, and only those that the sandbox may create
        (:func:`.named_folders.may_be_made`). They are untrusted text.
    """
    found: dict[str, None] = {}
    for terminal in terminals:
        text = _COLOR.sub("", terminal.decode("utf-8", "replace")[-_LONGEST:])
        for error in _ERROR.finditer(text):
            number, literal = error.groups()
            try:
                path = ast.literal_eval(literal)
            except (SyntaxError, ValueError):
                continue  # not written by Python
            above = text[: error.start()].rsplit("\n", _CODE)[-_CODE:]
            is_folder = any(map(_ENTERED.search, above)) or (
                # ENOENT from mkdir means that the parent is missing.
                number != "2" and any(map(_MADE.search, above))
            )
            folder = path if is_folder else posixpath.dirname(path)
            folder = _relative_to_program(posixpath.normpath(folder)) if folder.strip("/") else ""
            if may_be_made(folder):
                found[folder] = None
    return tuple(found)
