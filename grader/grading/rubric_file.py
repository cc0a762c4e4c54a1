"""Reads a teacher's rubric file."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from grader.checks import CHECKS, Check
from grader.errors import UserError, os_reason
from grader.model.numbers import Points
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.model.validation import describe_error


class RubricError(UserError):
    """A rubric file is invalid or cannot be read."""


def load_rubric(path: Path, checks: Sequence[Check] = CHECKS) -> Rubric:
    """Read a rubric in TOML, which may set the points of each of ``checks``.

    Raises:
        RubricError: it cannot be read, or a key or value is invalid; the message names the line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RubricError(
            say(
                "The rubric {path} cannot be read: {reason}.",
                path=path,
                reason=os_reason(error),
            )
        ) from error
    return parse_rubric(data, path, checks)


def parse_rubric(data: bytes, path: Path, checks: Sequence[Check] = CHECKS) -> Rubric:
    """Parse a rubric; messages call it ``path``, which need not exist.

    Raises:
        RubricError: a key or value is invalid; the message names the line.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise RubricError(say("The rubric {path} is not in UTF-8.", path=path)) from error
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number too long, brackets too deep
        raise RubricError(
            say("The rubric {path} is not valid TOML: {reason}.", path=path, reason=error)
        ) from error
    try:
        rubric = msgspec.convert(table, Rubric)
    except msgspec.ValidationError as error:
        why, keys = _explain(str(error), table)
        raise RubricError(_wrong(path, text, keys, why)) from error
    names = {check.name for check in checks}
    for name in rubric.points:
        if name not in names:
            raise RubricError(_wrong(path, text, ["points", name], say("there is no such check")))
    if not rubric.multiplexers:
        raise RubricError(_wrong(path, text, ["multiplexers"], say("it is empty")))
    return rubric


def _explain(message: str, table: dict[str, Any]) -> tuple[Text, list[str]]:
    """Split a message of msgspec about ``table`` into its reason and the keys of the value."""
    what, _, where = message.partition(" - at ")
    keys = [word for pair in re.findall(r"\.(\w+)|\['([^']*)'\]", where) for word in pair if word]
    unknown = re.search(r"unknown field `([^`]*)`", what)
    if unknown:
        return say("there is no such key"), [*keys, unknown[1]]
    if "matching regex" in what:
        return say("it is neither a Python version from 3.11 on nor the name of an image"), keys
    if "[...]" in where:  # msgspec does not say which of the points
        keys += [name for name, points in table["points"].items() if not _are_points(points)][:1]
    return describe_error(what), keys


def _are_points(value: Any) -> bool:
    try:
        msgspec.convert(value, Points)
    except msgspec.ValidationError:
        return False
    return True


def _wrong(path: Path, text: str, keys: list[str], why: Text) -> Text:
    return say(
        "The rubric {path}, line {line}: {key}: {reason}.",
        path=path,
        line=line_of(text, keys),
        key=".".join(keys) or say("the whole file"),
        reason=why,
    )


_KEY = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""


def _parts(key: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_KEY, key)]


def line_of(text: str, keys: list[str]) -> int:
    """The line of a TOML file that sets the last of ``keys``, or the nearest one that was found."""
    best, depth, table = 1, 0, []
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[++([^\]]+)\]", line)
        if header:
            here = table = _parts(header[1])
        else:
            key = re.match(rf"\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=", line)
            if not key:
                continue
            here = table + _parts(key[1])
        common = 0
        while common < min(len(here), len(keys)) and here[common] == keys[common]:
            common += 1
        if common > depth:
            best, depth = number, common
    return best
