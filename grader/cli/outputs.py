"""``--format NAME=FILE``: which reports are written where."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from grader import atomic
from grader.errors import UserError
from grader.model.report import Report
from grader.model.text import Translate, names, say
from grader.report.formats import FORMATS, Format

STDOUT = "-"


class OutputError(UserError):
    """What is asked for cannot be written."""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """One format, and the file for it."""

    name: str
    path: str
    """``-``: standard output."""

    @property
    def format(self) -> Format:
        """How it is made."""
        return FORMATS[self.name]


def parse(asked: Iterable[str]) -> tuple[Output, ...]:
    """Read what follows each ``--format``.

    Raises:
        OutputError: it is no format with a file, or two would write to the same.
    """
    found: list[Output] = []
    for text in asked:
        name, _, path = text.partition("=")
        if name not in FORMATS or not path:
            raise OutputError(
                say(
                    "--format {text}: name one of {formats}, and a file, as in junit=report.xml.",
                    text=text,
                    formats=names(FORMATS),
                )
            )
        if any(other.path == path for other in found):
            raise OutputError(say("--format: two formats cannot be written to {path}.", path=path))
        found.append(Output(name=name, path=path))
    return tuple(found)


def check(outputs: Iterable[Output], submissions: int) -> None:
    """See, before anything is run, whether so many submissions can be told so.

    Raises:
        OutputError: they cannot.
    """
    for output in outputs:
        if output.format.alone and submissions != 1:
            raise OutputError(
                say(
                    "--format {name} is of one submission, and there are {count}.",
                    name=output.name,
                    count=submissions,
                )
            )


def write(outputs: Iterable[Output], reports: Sequence[Report], translate: Translate) -> None:
    """Write all ``reports`` in each format. A file appears whole or not at all.

    Raises:
        OutputError: a file cannot be written.
    """
    for output in outputs:
        data = output.format.render()(reports, translate)
        if output.path == STDOUT:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            continue
        path = Path(output.path)
        try:
            atomic.write(path, data)
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(
                say("{path} cannot be written: {reason}.", path=path, reason=reason)
            ) from error
