"""Programs from pieces of text.

A piece is one or more lines. In it, ``«name»`` stands for another piece: alone on a line for all of
its lines, indented as that line is; within a line for its text. ``$role`` is a variable or a
function, which :mod:`generated.spelling` names; ``@module.attribute`` is imported;
``!procedure(arguments)`` is a call, which a structure may replace by the procedure's body;
``#: subject`` is a place for a comment.
"""

import re
from collections.abc import Mapping

_LINE = re.compile(r"( *)«(\w+)»")
_INLINE = re.compile(r"«(\w+)»")
_OPENS = re.compile(r"^( *)(?!#).*:$")
_DEPTH = 20


def expand(text: str, pieces: Mapping[str, str]) -> list[str]:
    """The lines of ``text`` with every piece in its place. A block that is empty gets ``pass``."""
    return _fill(_expand(text, pieces, 0))


def _expand(text: str, pieces: Mapping[str, str], depth: int) -> list[str]:
    if depth > _DEPTH:
        raise ValueError(f"the piece contains itself: {text}")
    lines: list[str] = []
    for line in text.splitlines():
        if found := _LINE.fullmatch(line):
            lines += [found[1] + each for each in _expand(pieces[found[2]], pieces, depth + 1)]
            continue
        while _INLINE.search(line):
            line = _INLINE.sub(lambda found: pieces[found[1]], line)
        lines.append(line)
    return lines


def _fill(lines: list[str]) -> list[str]:
    """Add ``pass`` to each block that contains nothing but comments."""
    filled = []
    for number, line in enumerate(lines):
        filled.append(line)
        opens = _OPENS.match(line)
        if opens:
            inner = opens[1] + "    "
            after = (each for each in lines[number + 1 :] if not each.lstrip().startswith("#"))
            if not next(after, "").startswith(inner):
                filled.append(inner + "pass")
    return filled


def indent(lines: list[str], levels: int = 1) -> list[str]:
    """``lines``, further to the right."""
    return [" " * 4 * levels + line if line else line for line in lines]
