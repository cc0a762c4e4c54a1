"""Writes tables that spreadsheets open."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from grader.model.text import printable

Cell = str | float | None
"""Text, which a spreadsheet must show and not interpret; a number; or None: empty."""

_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""First characters of a cell that a spreadsheet might run as a formula."""

_SECOND_CELL = re.compile(rf"[;|][\s\"']*(?=[{re.escape(''.join(_FORMULA_STARTS))}])")
"""What precedes a formula for a spreadsheet that takes these characters to separate cells, as it
does by default where a comma separates decimals. Quotes keep it from that in the first cell only.
"""


def write_csv(table: Iterable[Sequence[Cell]]) -> bytes:
    """CSV (RFC 4180) in UTF-8 with a byte order mark. No cell is a formula."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows(
        [to_cell(cell) for cell in line] for line in table
    )
    return file.getvalue().encode("utf-8-sig")


def to_cell(cell: Cell) -> str:
    """A cell as it is written: text that no spreadsheet takes for a formula."""
    if cell is None:
        return ""
    if isinstance(cell, float | int):
        return f"{cell:.10g}"
    text = printable(cell).replace("\t", " ")
    # Spaces before it do not help: some spreadsheets strip them.
    text = _SECOND_CELL.sub(r"\g<0>'", text)
    return "'" + text if text.lstrip().startswith(_FORMULA_STARTS) else text
