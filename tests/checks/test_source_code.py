"""What a program's source says. Other tests are with the causes that it decides between."""

import sysconfig
from pathlib import Path

import pytest

from grader.checks.source_code import SourceCode, never_selects, read_source

GALLERY = Path(__file__).parents[1] / "gallery"


@pytest.mark.parametrize("folder", [Path(sysconfig.get_path("stdlib")), GALLERY])
def test_it_reads_any_program(folder):
    for path in sorted(folder.glob("*.py"))[:300]:
        assert isinstance(read_source(path.read_bytes()), SourceCode)


@pytest.mark.parametrize("source", [b"", b"if", b"\0", b"(" * 10_000, b"x\n" * 200_000])
def test_what_cannot_be_read_says_nothing(source):
    assert read_source(source) == SourceCode()
    assert not never_selects(source)


@pytest.mark.parametrize(
    ("source", "never"),
    [
        (b"import socket", True),
        (b"import select", True),
        (b"import select\nselect.poll()", False),
        (b"from select import *\nselect([], [], [])", False),
        (b"from select import select as s\ns([], [], [])", False),
        (b"import asyncio\nasyncio.run(main())", False),
        (b"__import__('se' + 'lect')", False),
    ],
)
def test_whether_a_program_uses_select(source, never):
    assert never_selects(source) is never


@pytest.mark.parametrize(
    ("opens", "count"),
    [
        (b"open('a', 'w')", 1),
        (b"open('a', mode='wb')", 1),
        (b"p.open('w')", 1),
        (b"open('w')", 0),
        (b"open('a', 'r')", 0),
        (b"open('a', mode)", 0),
        (b"io.open('a', 'w')", 1),
    ],
)
def test_which_calls_empty_a_file(opens, count):
    assert read_source(opens).emptying_opens == count


@pytest.mark.parametrize(
    ("handler", "silent"),
    [
        (b"except: pass", True),
        (b"except Exception as e: pass", True),
        (b"except (OSError, ValueError): 'never mind'", True),
        (b"except socket.error: pass", False),
        (b"except: print('error')", True),
        (b"except Exception as e: print('error', e)", False),
    ],
)
def test_which_handler_is_silent(handler, silent):
    source = b"try: f.write(b'')\n" + handler
    assert (read_source(source).silent_handler is not None) is silent
