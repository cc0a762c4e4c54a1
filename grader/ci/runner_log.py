"""Lines for a CI runner's log: text that it shows, and commands that it executes.

A runner parses what a step prints and executes some lines of it: GitHub ``::name …::text`` at the
beginning of a line (after blanks) and ``##[name]text`` anywhere in one; GitLab ``section_start:…``
and its end, which need a carriage return and an escape; Azure and TeamCity ``##vso[`` and
``##teamcity[``. A student's text is among what we print, so every line is escaped. Our own
commands are written by :func:`command` alone.
"""

import re
from collections.abc import Iterable, Mapping

from grader.model.text import printable, visible

_HASHES = re.compile("#(?=#)")


def escape(text: str) -> list[str]:
    """The lines of ``text``, escaped so that no runner takes one for a command."""
    return [_escape_line(line) for line in text.split("\n")]


def _escape_line(line: str) -> str:
    line = _HASHES.sub("# ", printable(line))
    return "│ " + line if line.lstrip().startswith("::") else line


def command(name: str, text: str, properties: Mapping[str, str | int] = {}) -> str:
    """A command for GitHub's runner; ``text`` and the properties may hold anything."""
    written = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name}{' ' if written else ''}{written}::{_data(text)}"


def _data(text: str) -> str:
    # These are the runner's own escapes; nothing else is special in a command's text.
    return _visible_lines(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _visible_lines(text: str) -> str:
    """``text`` without control characters, some of which end a line for some readers."""
    return "\n".join(visible(line) for line in text.split("\n"))


def with_commands_stopped(lines: Iterable[str], token: str) -> list[str]:
    """``lines`` between two commands that make GitHub's runner execute nothing in between.

    Args:
        token: resumes commands. It must be unpredictable, or a line could resume them.
    """
    return [f"::stop-commands::{token}", *lines, f"::{token}::"]
