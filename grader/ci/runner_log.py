"""Lines for a runner's log: text that it shows, and commands that it obeys.

A runner reads what a step prints, and obeys lines in it: GitHub's ``::name …::text`` at a line's
beginning (it skips blanks), and ``##[name]text`` anywhere in one; GitLab's ``section_start:…``
and its end, which need a carriage return and an escape; Azure's and TeamCity's ``##vso[`` and
``##teamcity[``. A student's text is in what is printed, so each line of it is made harmless.
Commands of our own are written by :func:`command` alone.
"""

import re
from collections.abc import Iterable, Mapping

from grader.model.text import printable, visible

_HASHES = re.compile("#(?=#)")


def shown(text: str) -> list[str]:
    """The lines of ``text``, none of which is a command to any runner."""
    return [_shown(line) for line in text.split("\n")]


def _shown(line: str) -> str:
    line = _HASHES.sub("# ", printable(line))
    return "│ " + line if line.lstrip().startswith("::") else line


def command(name: str, text: str, properties: Mapping[str, str | int] = {}) -> str:
    """A command to GitHub's runner; ``text`` and the properties may hold anything."""
    told = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name}{' ' if told else ''}{told}::{_data(text)}"


def _data(text: str) -> str:
    # The runner's own escapes: nothing else has a meaning in a command's text.
    return _kept(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _kept(text: str) -> str:
    """Text whose lines stay lines, and without what would end a line in some reader's eyes."""
    return "\n".join(visible(line) for line in text.split("\n"))


def quietly(lines: Iterable[str], token: str) -> list[str]:
    """``lines`` between two commands that have GitHub's runner obey nothing in between.

    Args:
        token: ends it; nobody may know it before, since who does can end it.
    """
    return [f"::stop-commands::{token}", *lines, f"::{token}::"]
