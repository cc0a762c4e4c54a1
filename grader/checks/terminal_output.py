"""What the server's terminal showed: its last lines, a traceback, where Ctrl-C interrupted it.

The program controls this text, so it may illustrate an outcome but never decide one.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from grader.checks.quotations import LINE, file_of_program, under_own_names
from grader.checks.source_code import CodeLine
from grader.logs.encodings import decode
from grader.model.history import Play
from grader.model.program import NEUTRAL_NAME as PROGRAM
from grader.model.text import Text, cut, say
from grader.model.vocabulary import StopMethod

_FRAME = re.compile(r'File "([^"\n]*+)", line (\d++)[^\n]*\n\s*([^\n]*)')
_TRACEBACK = "Traceback (most recent call last)"
ERROR_LINE = re.compile(
    r"^[\w.]+(?:[Ee]rror|Exception|Interrupt|Exit|UnsupportedOperation|StopIteration|timeout)\b|"
    r"^(?:_queue|queue)\.(?:Empty|Full)\b|\[Errno \d+\]"
)
"""The last line of a traceback: the error and its message."""
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")


def _end_of_terminal(play: Play) -> str:
    # Start at a line: half a character would make the text look like another encoding.
    shown = play.terminal[-8192:]
    if len(play.terminal) > len(shown):
        shown = shown[shown.find(b"\n") + 1 :]
    text = decode(shown).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text)


def terminal_text(play: Play) -> str:
    """The end of what the terminal showed, a few pages, with the program under its own name."""
    return _under_its_name(play)


def terminal_tail(play: Play, lines: int = 8) -> tuple[str, ...]:
    """The last non-empty lines on the terminal, with the program under its own name."""
    shown = _under_its_name(play).split("\n")
    return tuple(_own_frames([cut(line, LINE) for line in shown if line.strip()]))[-lines:]


def _own_frames(lines: list[str]) -> list[str]:
    """``lines`` without the frames of Python's own library, which its author has not written. A
    traceback that has no others keeps them."""
    if not any(_FRAME_LINE.match(line) and not _is_library(line) for line in lines):
        return lines
    own = []
    inside = False
    for line in lines:
        if not line.startswith("    "):
            inside = _is_library(line)
        if not inside:
            own.append(line)
    return own


def _is_library(line: str) -> bool:
    return _LIBRARY.match(line) is not None and not _TELLING.search(line)


_FRAME_LINE = re.compile(r'  File "[^"]*", line \d')
_TELLING = re.compile(r"/(?:subprocess|configparser)\.py")
"""Modules whose frames show that another program was to be started, or a file to be read."""
_LIBRARY = re.compile(r'  File "(?:<frozen |[^"]*/lib(?:64)?/python3)')


def terminal_before_stop(play: Play, lines: int = 8) -> tuple[str, ...]:
    """The last non-empty lines on the terminal before the server was asked to stop."""
    shown = _before_stop(play).split("\n")
    return tuple(cut(line, LINE) for line in shown if line.strip())[-lines:]


def terminal_screen(play: Play, lines: int) -> tuple[str, ...]:
    """The last lines on the terminal as a person would see them, blank lines included."""
    shown = _under_its_name(play).rstrip().split("\n")[-lines:]
    return tuple(cut(line, LINE) for line in shown) if any(shown) else ()


def line_count(shown: bytes) -> int:
    """The number of lines in what the terminal showed, as :func:`terminal_screen` counts them."""
    text = shown.rstrip().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text.count(b"\n") + 1 if text else 0


def _before_stop(play: Play) -> str:
    """What the terminal showed before the clients left and Ctrl-C was typed, as far as it tells: an
    error that these bring about does not explain what happened earlier."""
    text = _under_its_name(play)
    if play.stopped is None or play.ended is not None:
        return text
    for _ in range(_PRESSED[play.stopped.by]):
        before, echo, _ = text.rpartition("^C")
        text = before if echo else text
    if play.stopped.by == "itself" and play.stopped.code != 0:
        # It ended because the clients left.
        head, traceback, tail = text.rpartition(_TRACEBACK)
        if traceback and ERROR_LINE.search(tail.rstrip().rpartition("\n")[2]):
            text = head
    return text


_PRESSED: dict[StopMethod, int] = {
    "itself": 0,
    "ctrl-c": 1,
    "second ctrl-c": 2,
    "sigterm": 2,
    "sigkill": 2,
}
"""How often Ctrl-C was typed to stop the server."""


def _under_its_name(play: Play) -> str:
    return under_own_names(_end_of_terminal(play), play.file_name)


def interrupted_at(play: Play) -> tuple[Text, ...]:
    """Where in the program Ctrl-C interrupted the server; empty: its traceback does not say."""
    found = _interrupted(play)
    if found is None:
        return ()
    return (
        say(
            "Ctrl-C interrupted it there, at line {line}: {code}",
            line=found.shown,
            code=found.code,
        ),
    )


def interrupted_line(play: Play) -> CodeLine | None:
    """The line at which Ctrl-C interrupted the server; None: unknown."""
    return _interrupted(play)


def raised_at(play: Play) -> int | None:
    """The number of the last line of the file that is run, in the last traceback on the terminal;
    None: there is none."""
    frames = [each for each in _frames(play, _end_of_terminal(play)) if not each.file]
    return frames[-1].number if frames else None


def interrupted_code(play: Play) -> str:
    """The line at which Ctrl-C interrupted the server; empty: unknown."""
    found = _interrupted(play)
    return found.code if found else ""


def _interrupted(play: Play) -> CodeLine | None:
    text = _end_of_terminal(play)
    if play.ended is not None or not text.rstrip().endswith("KeyboardInterrupt"):
        return None
    frames = _frames(play, text)
    return frames[-1] if frames else None


def _frames(play: Play, text: str) -> list[CodeLine]:
    """The lines of the program in the last traceback of ``text``, without those of libraries."""
    modules = {module.name for module in play.modules}
    found = []
    for path, number, code in _FRAME.findall(text.rpartition(_TRACEBACK)[2]):
        file = file_of_program(path)
        if file == PROGRAM or file in modules:
            own = "" if file == PROGRAM else file
            found.append(CodeLine(int(number), cut(code, LINE), own))
    return found


class Traceback(NamedTuple):
    """An error that Python, or the program, has shown in full."""

    lines: tuple[str, ...]
    """Without the first one, which is the same for all."""
    in_thread: bool
    """Whether it has ended a thread, and not the program."""

    @property
    def key(self) -> tuple[str, ...]:
        """What tracebacks of the same error at the same place have in common: the message of the
        error may quote input."""
        return (*self.lines[:-1], self.lines[-1].partition(":")[0])

    @property
    def functions(self) -> frozenset[str]:
        """The functions that it leads through."""
        return frozenset(found[1] for line in self.lines if (found := _IN_FUNCTION.search(line)))


_IN_FUNCTION = re.compile(r'^\s*File "[^"]*", line \d+, in (\w+)')


def tracebacks(play: Play) -> list[Traceback]:
    """The tracebacks that the terminal showed before the server was asked to stop, the last one
    first."""
    parts = _before_stop(play).split(_TRACEBACK)
    found = []
    for before, traceback in pairwise(parts):
        lines: list[str] = []
        for line in traceback.split("\n")[1:]:
            lines.append(cut(line, LINE))
            if ERROR_LINE.search(line):
                break
        lines = _own_frames(lines)
        if lines and ERROR_LINE.search(lines[-1]) and "KeyboardInterrupt" not in lines[-1]:
            title = before.rstrip().rpartition("\n")[2]
            found.append(Traceback(tuple(lines), title.startswith("Exception in thread")))
    return found[::-1]


def quote_traceback(traceback: Traceback, lines: int = 8) -> tuple[str, ...]:
    """The first line of a traceback and its last ones, ``lines`` in all."""
    return (f"{_TRACEBACK}:", *traceback.lines[1 - lines :])
