"""The report on a terminal: recorded outputs, and untrusted text has no effect."""

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from grader.model.outcome import passed
from grader.model.report import Report
from grader.model.text import printable
from grader.report import terminal
from report.samples import entry, report
from report.untrusted import COMMANDS, untrusted_report, untrusted_text

RECORDED = Path(__file__).parent / "recorded"


def shown(
    shown_report: Report, width: int = 100, *, colours: bool = False, verbose: bool = False
) -> str:
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
        force_terminal=colours,
        color_system="standard" if colours else None,
        legacy_windows=False,
    )
    terminal.show(shown_report, console, verbose=verbose)
    return file.getvalue()


VERBOSE = pytest.mark.parametrize("verbose", [False, True])


@pytest.mark.parametrize("width", [100, 40])
@VERBOSE
def test_a_report_with_every_kind_of_outcome(width, verbose):
    name = f"mixture{'-full' if verbose else ''}-{width}.txt"
    recorded = (RECORDED / name).read_text(encoding="utf-8")
    assert shown(report(), width, verbose=verbose) == recorded


def test_a_report_of_passes_only():
    passing = report(entries=(entry("starts", 5, passed()),), advice=(), run="")
    recorded = (RECORDED / "passes.txt").read_text(encoding="utf-8")
    assert shown(passing) == recorded


def test_without_a_sandbox():
    assert "graded without a sandbox" in shown(report(sandbox="none"))
    assert "graded without a sandbox" not in shown(report())


STYLE = re.compile(r"\x1b\[([0-9;]*)m")


def colours(text: str) -> set[str]:
    """The escape codes in ``text`` that set a colour (not bold, dim, italic or a reset)."""
    codes = {code for found in STYLE.findall(text) for code in found.split(";")}
    return codes - {"", "0", "1", "2", "3"}


def test_the_text_is_the_same_without_colours():
    coloured = shown(report(), colours=True)
    assert {"31", "32", "33", "35"} <= colours(coloured)
    assert STYLE.sub("", coloured) == shown(report())


def test_no_color(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    plain = shown(report(), colours=True)
    assert colours(plain) == set()
    assert STYLE.sub("", plain) == shown(report())


@pytest.mark.parametrize("width", [200, 80, 69, 70, 40, 30, 20])
@VERBOSE
def test_no_line_is_wider_than_the_terminal_or_ends_in_blanks(width, verbose):
    for line in shown(report(), width, verbose=verbose).split("\n"):
        assert cell_len(line) <= width
        assert line == line.rstrip()


@pytest.mark.parametrize("width", [100, 40, 20])
def test_the_full_report_names_every_check_at_every_width(width):
    output = shown(report(), width, verbose=True).replace("\n", "")
    for each in report().entries:
        assert each.name in output


# --- untrusted text ---


@given(untrusted_text, st.sampled_from([100, 60, 40, 20]), st.booleans(), st.booleans())
def test_untrusted_text_has_no_effect(word, width, with_colours, verbose):
    text = shown(untrusted_report(word), width, colours=with_colours, verbose=verbose)
    if with_colours:
        text = STYLE.sub("", text)
    for line in text.split("\n"):
        assert printable(line) == line
        assert not COMMANDS.search(line)


@given(untrusted_text)
def test_untrusted_text_is_shown_verbatim(word):
    """Markup is not interpreted, and control characters are visibly replaced."""
    text = shown(untrusted_report(word), 1000)
    expected = printable(word).expandtabs(8)
    if expected.strip() == expected and "\t" not in word:
        assert f"│ {expected}".rstrip() in text


def test_markup_and_emoji_codes_are_not_interpreted():
    text = shown(untrusted_report("[bold red]x[/] :smile: [/nothing]"), 200)
    assert text.count("[bold red]x[/] :smile: [/nothing]") >= 12


def test_an_escape_character_is_visible_and_has_no_effect():
    assert "│ \N{REPLACEMENT CHARACTER}[2Jgone" in shown(untrusted_report("\x1b[2Jgone"))
