"""The table of a class, on a terminal of any width and in a pipe, with long and Chinese names."""

import io

import pytest
from msgspec import structs
from report.samples import FINDING, entry, report
from rich.cells import cell_len
from rich.console import Console

from grader.cli import class_table
from grader.cli.class_table import ClassTable
from grader.model.outcome import failed, passed
from grader.model.report import Report

NAMES = ("li.py", "张三_20240042_第一次作业_服务端.py", "a-very-long-name-of-a-student-here.py")
PASSES = report(entries=(entry("starts", 100, passed()),))
FAILS = report(
    entries=tuple(
        entry(name, 25, failed(FINDING))
        for name in ("every-message", "silent-client", "rests-after-departure", "newcomer")
    )
)


def rows(width: int | None, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The lines of each row; None: in a pipe."""
    found = []
    table = ClassTable(NAMES)
    for name, made in zip(NAMES, (PASSES, FAILS, FAILS), strict=True):
        file = io.StringIO()
        monkeypatch.setattr("sys.stdout.isatty", lambda: width is not None)
        monkeypatch.setattr(
            class_table,
            "plain_console",
            lambda file=file, **options: Console(
                **{**options, **({} if width is None else {"width": width})},
                file=file, markup=False, highlight=False, color_system=None,
            ),
        )  # fmt: skip
        table.show(named(made, name))
        found.append(file.getvalue().splitlines())
    return found


def named(made: Report, name: str) -> Report:
    return structs.replace(made, submission=name)


@pytest.mark.parametrize("width", [120, 80, 60, 40])
def test_a_row_on_a_terminal(width, monkeypatch):
    found = rows(width, monkeypatch)
    for name, lines in zip(NAMES, found, strict=True):
        assert all(cell_len(line) <= width and line == line.rstrip() for line in lines)
        joined = "".join(line.split("  ")[0].strip() for line in lines)
        assert joined.startswith(name)
    shown = "".join("".join(lines) for lines in found).replace(" ", "")
    assert shown.count("rests-after-departure") == 2


def test_points_are_below_each_other_at_80_columns(monkeypatch):
    found = rows(80, monkeypatch)
    columns = {cell_len(lines[0].partition(" of 100 points")[0]) for lines in found}
    assert len(columns) == 1
    assert [len(lines) for lines in found] == [1, 4, 4]


def test_in_a_pipe_each_submission_has_one_line(monkeypatch):
    for name, lines in zip(NAMES, rows(None, monkeypatch), strict=True):
        (line,) = lines
        assert line.startswith(name)
        assert line == line.rstrip()
