"""Constructs that only a newer Python accepts, told apart from syntax errors."""

import ast
import sys
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.newer_syntax import newest_construct

NEWER = [
    ("type X = int", (3, 12), 1),
    ("type X[T: (int, str), *Ts, **P] = list[T]\nx = 1", (3, 12), 1),
    ("x = 1\nif x: type X = int", (3, 12), 2),
    ("def f[T](x: T) -> T:\n    return x", (3, 12), 1),
    ("async def f[T,](): return await x\n", (3, 12), 1),
    ("class A:\n    def f[\n        T,  # c\n        U,\n    ](self): pass", (3, 12), 2),
    ("class A[T]:\n    pass", (3, 12), 1),
    ("""f"{d["k"]}\"""", (3, 12), 1),
    ("""f'{d['k']:>{w['x']}}'""", (3, 12), 1),
    ("""f"{"\\n".join(lines)}\"""", (3, 12), 1),
    ("""f"{x  # c\n}\"""", (3, 12), 1),
    ("""f"{\nx}\"""", (3, 12), 1),
    ("""rf"\\{d["k"]}\"""", (3, 12), 1),
    ("""print(f"a{"b" f"{1}"}" 'c')""", (3, 12), 1),
    ("def f[T = int](x): pass", (3, 13), 1),
    ("type X[*Ts = *tuple[int, ...]] = int", (3, 13), 1),
    ("try: pass\nexcept ValueError, TypeError:\n    pass", (3, 14), 2),
    ("import socket\ntry: pass\nexcept socket.error, OSError: pass", (3, 14), 3),
    ("from socket import *\ntry: pass\nexcept timeout, error: pass", (3, 14), 3),
    ("class Mine(Exception): pass\ntry: pass\nexcept* Mine, KeyError: pass", (3, 14), 3),
    ("t'{x}'", (3, 14), 1),
    ("rT'''{x}\n{y!r}'''", (3, 14), 1),
    ("lazy import json", (3, 15), 1),
    ("lazy from os import path", (3, 15), 1),
    ("[*x for x in xs]", (3, 15), 1),
    ("f(**{**d for d in ds})", (3, 15), 1),
    ("type X = int\nf'{d['k']}'\nt''", (3, 14), 3),
]


@pytest.mark.parametrize(("source", "needs", "line"), NEWER)
def test_a_newer_construct(source: str, needs: tuple[int, int], line: int) -> None:
    found = newest_construct(source.encode())
    assert found is not None
    assert (found.needs, found.line) == (needs, line)


@pytest.mark.parametrize(("source", "needs", "line"), NEWER)
def test_this_python_agrees(source: str, needs: tuple[int, int], line: int) -> None:
    if sys.version_info >= needs:
        ast.parse(source)
    else:
        with pytest.raises(SyntaxError):
            ast.parse(source)


@pytest.mark.parametrize(("source", "needs", "_"), NEWER)
@pytest.mark.parametrize(
    "mistake", ["print 'x'", "if x\n    pass", "return 1", "def f(", "'abc", "f'{}'", "x = ）"]
)
def test_a_mistake_beside_it_is_wrong_in_each_python(
    source: str, needs: tuple[int, int], _: int, mistake: str
) -> None:
    assert newest_construct(f"{source}\n{mistake}\n".encode()) is None
    assert newest_construct(f"{mistake}\n{source}\n".encode()) is None


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x = 1",
        "type = 3\ntype(x)\nif type is None: pass\ntype[0] = 1",
        "match x:\n    case [1, *_]: pass",
        "try: pass\nexcept* (A, B): pass",
        "f'{a}{b!r}{c:>{w}}{{}}{x=}{d[\"k\"]}{lambda_}'",
        "f'{d[\"#\"]}' f'''{d['k']}\n{\nx}'''",
        "f'{x:%Y-%m-%d}' \nb'{' rb'\\{'\n'{'",
        "f(*a, **b)\n[*a, *b]\n{**a, 'b': [x for x in y]}\nprint(*[x for x in y])",
        "lazy = 1\nimport os",
        "with (open('a') as a, open('b')): pass",
        "# -*- coding: gbk -*-\nx = 'abc'",
    ],
)
def test_what_every_python_accepts(source: str) -> None:
    ast.parse(source)
    assert newest_construct(source.encode()) is None


@pytest.mark.parametrize(
    "source",
    [
        "print 'hello'",
        # Python 2: the second name is a new variable.
        "import socket\ntry: pass\nexcept socket.error, e:\n    print(e)",
        "try: pass\nexcept A, B as e: pass",
        "type X = ",
        "def f[T(x): pass",
        "def f[](x): pass",
        "def f[T, /](x): pass",
        "if x:\n    lazy import json",
        'f"{d["k"]} + ',
        't"{x',
        'f"{x!z}" f"{d["k"]}"',
        "type X = int；",
        "f'" + "{f'" * 40 + "x" + "'}" * 40 + "'",
        "\x00",
    ],
)
def test_what_no_python_accepts(source: str) -> None:
    assert newest_construct(source.encode()) is None


def test_other_bytes() -> None:
    assert newest_construct(b"# coding: nonsense\ntype X = int") is None
    assert newest_construct(b"type X = '\xff'") is None
    assert newest_construct("# coding: gbk\ntype X = '中文'".encode("gbk")) is not None


def test_the_standard_library_is_recognized() -> None:
    """Its modules are valid, so they contain nothing newer than this Python."""
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("[a-h]*.py")):
        found = newest_construct(path.read_bytes())
        assert found is None or sys.version_info >= found.needs, path


_PIECES = (
    *("type X = 1", "def f[T]():", "f'", 'f"', "{", "}", "'", '"', "t'", "except A, B:", "\n"),
    *("lazy import x", "[*x for x in y]", "(", ")", "[", "]", "\\", "#", ":", "!", "    ", "try:"),
)


@given(st.lists(st.sampled_from(_PIECES)).map("".join) | st.text())
def test_no_text_is_too_strange(text: str) -> None:
    newest_construct(text.encode("utf-8", "surrogatepass"))
