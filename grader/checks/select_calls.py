"""How a program calls `select`, as its text shows. Nothing is run."""

import ast
from itertools import islice
from typing import NamedTuple

from grader.checks.source_code import CodeLine, called_name, parse_source
from grader.model.program import Module

_SHOWN = 80
"""Characters of a call that are shown."""

_NODES = 500
"""Parts of a call that is shown at all."""

_LISTS = 3
"""Lists that the function takes, by position."""


class SelectCall(NamedTuple):
    """One call of `select` with three lists."""

    line: int
    last_line: int
    text: str
    """The call, on one line."""
    watches_writing: bool
    """Whether anything but an empty list is given as wlist."""
    timeout_is_zero: bool
    """Whether its timeout is the number 0, or a negative one."""
    file: str = ""
    """The module that it is in; empty: the file that is run."""

    def includes(self, line: CodeLine) -> bool:
        """Whether ``line`` is one of its lines."""
        return line.file == self.file and self.line <= line.number <= self.last_line


def select_calls(source: bytes, modules: tuple[Module, ...] = ()) -> tuple[SelectCall, ...]:
    """The calls of `select` in ``source``, by line, and then those in ``modules``; none in what
    cannot be parsed."""
    return _calls_in(source) + tuple(
        call._replace(file=module.name) for module in modules for call in _calls_in(module.source)
    )


def _calls_in(source: bytes) -> tuple[SelectCall, ...]:
    tree = parse_source(source)
    if tree is None:
        return ()
    return tuple(sorted(read_select_call(call) for call in select_nodes(tree)))


def select_nodes(tree: ast.Module) -> list[ast.Call]:
    """The same as nodes of the syntax tree, without a selector's method, which takes no lists."""
    names = _names(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if called_name(call) in names and len(call.args) >= _LISTS]


def _names(tree: ast.Module) -> set[str]:
    """The names by which the program calls `select`."""
    return {"select"} | {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "select"
        for alias in node.names
        if alias.name == "select" and alias.asname
    }


def read_select_call(call: ast.Call) -> SelectCall:
    """What a call of `select` with three lists says."""
    wlist = call.args[1]
    empty = isinstance(wlist, ast.List | ast.Tuple) and not wlist.elts
    # One that holds others is not written out again for each of them.
    short = sum(1 for _ in islice(ast.walk(call), _NODES)) < _NODES
    text = " ".join(ast.unparse(call).split()) if short else f"{called_name(call)}(…)"
    return SelectCall(
        call.lineno,
        call.end_lineno or call.lineno,
        text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…",
        watches_writing=not empty,
        timeout_is_zero=len(call.args) > 3 and _is_zero(call.args[3]),
    )


def _is_zero(timeout: ast.expr) -> bool:
    try:
        value = ast.literal_eval(timeout)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return isinstance(value, int | float) and value <= 0
