"""Wraps Chinese text at the ends of words and between characters.

rich wraps at blanks only. A Chinese sentence has none, so that it would be cut wherever the line is
full: within a name or a number, or before a comma.
"""

import re
from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.containers import Lines
from rich.text import Text

_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60"
_OPENING = "（《“「【"
_CLOSING = "，。、；：！？）》”」】…"

_UNIT = re.compile(
    rf"""
    [{_OPENING}]* (?: [^\s{_WIDE}{_OPENING}{_CLOSING}]+ | [{_WIDE}] )? [{_CLOSING}]* \s*
    """,
    re.VERBOSE,
)
"""What stays on one line: a word or a Chinese character, with the punctuation around it."""

_CHINESE = re.compile(f"[{_WIDE}]")


class Wrapped(Text):
    """A text that is wrapped like Chinese if it is."""

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        """The lines of the text."""
        if options.get("no_wrap") or not _CHINESE.search(self.plain):
            return super().wrap(console, width, **options)
        lines = Lines()
        for line in self.split(allow_blank=True):
            line.expand_tabs(options.get("tab_size") or 8)
            for part in line.divide(list(_breaks(line.plain, width))):
                part.rstrip_end(width)
                lines.append(part)
        return lines


def _breaks(line: str, width: int) -> Iterator[int]:
    """Where new lines begin."""
    used = 0
    for match in _UNIT.finditer(line):
        unit, at = match[0], match.start()
        if used and used + cell_len(unit.rstrip()) > width:
            yield at
            used = 0
        for character in unit:
            size = cell_len(character)
            if used and used + size > width and not character.isspace():
                yield at
                used = 0
            used += size
            at += 1
