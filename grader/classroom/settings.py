"""What belongs to a class's folder: ``class.toml``, so that a command needs no options there.

Students' files lie in that folder, too. So the outermost file counts, and none has a key that
would have something executed.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from grader import bounded
from grader.errors import UserError, unreadable
from grader.grading.rubric_file import line_of
from grader.model.text import Text, say
from grader.model.validation import describe_error

NAME = "class.toml"

LARGEST = 1 << 20
"""Most bytes of it."""

_LEVELS = 3
"""Folders that may hold it: the class's, a section's and a student's."""

TEMPLATE = """\
# What `grade` uses for everything in this folder. An option on the command line wins.
# Paths start at this folder.

# What the assignment is called, at the top of each page:
# title = "Homework 3: a select server"

# Points, limits and pass mark:
# rubric = "rubric.toml"

# The class: numbers, names and files, as a table or as a plain list of names:
# roster = "roster.csv"

# The file that is run in a folder of several programs:
# main = "server.py"

# Whether the folders in this one are sections, which hold students' files and folders. Without
# this line, grade tells by what they hold:
# sections = true
"""
"""A file in which every key is explained and none is set."""


class SettingsError(UserError):
    """The settings of a class cannot be read, or are invalid."""


class ClassSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a class. Empty: not set."""

    title: str = ""
    """What the assignment is called at the top of each page."""
    rubric: str = ""
    """A rubric file, from the class's folder."""
    roster: str = ""
    """A roster, from there."""
    main: str = ""
    """The name of the file that is run in each student's folder that has one of this name."""
    sections: bool | None = None
    """Whether the folders in the class's are sections; None: that is told by what they hold."""


def find(paths: Iterable[Path]) -> Path | None:
    """The settings that apply to ``paths``: the outermost file in them and above them; None: there
    is none, or they have different ones."""
    found = {next(_places(path), None) for path in paths}
    only = found.pop() if len(found) == 1 else None
    here = Path.cwd()
    return only.relative_to(here) if only and only.is_relative_to(here) else only


def _places(path: Path) -> Iterator[Path]:
    # abspath, not resolve: a link's folder is the one that its user named.
    whole = Path(os.path.abspath(path))  # noqa: PTH100
    folders = [*reversed(whole.parents[: _LEVELS - 1]), whole]
    return (each / NAME for each in folders if (each / NAME).is_file())


def load(path: Path) -> ClassSettings:
    """Read settings.

    Raises:
        SettingsError: they cannot be read, or a key or value is invalid; the message names the
            line.
    """
    try:
        text = bounded.read(path, LARGEST).decode("utf-8-sig").replace("\r\n", "\n")
        table = tomllib.loads(text)
    except OSError as error:
        raise SettingsError(unreadable(path, error)) from error
    except UnicodeDecodeError as error:
        raise SettingsError(say("{path} is not in UTF-8.", path=path)) from error
    except (ValueError, RecursionError) as error:  # a number too long, brackets too deep
        raise SettingsError(
            say("{path} is not valid TOML: {reason}.", path=path, reason=error)
        ) from error
    known = ClassSettings.__struct_fields__
    for key in table:
        if key not in known:
            raise SettingsError(_wrong(path, text, key, say("there is no such key")), _hint(key))
    try:
        return msgspec.convert(table, ClassSettings)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$.")
        key = re.split(r"[.\[`]", where)[0]
        raise SettingsError(_wrong(path, text, key, describe_error(message))) from error


def _wrong(path: Path, text: str, key: str, why: Text) -> Text:
    return say(
        "{path}, line {line}: {key}: {reason}.",
        path=path,
        line=line_of(text, [key]),
        key=key,
        reason=why,
    )


def _hint(key: str) -> Text:
    known = ClassSettings.__struct_fields__
    for nearest in difflib.get_close_matches(key, known, n=1, cutoff=0.6):
        return say("Did you mean {nearest}?", nearest=nearest)
    return say("The keys are: {names}.", names=", ".join(known))
