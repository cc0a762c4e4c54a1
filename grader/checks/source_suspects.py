"""Lines of a program that are to blame for some fault, if the evidence shows that fault.

Each function finds the first line of one kind. Like all that the source says
(:mod:`grader.checks.source_code`), it may choose between causes, and decides no outcome.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from grader.checks.select_lists import bound_names, last_name
from grader.checks.source_code import CodeLine, called_name, code_line, parse_source


def _first(source: bytes, found: Iterable[ast.stmt | ast.expr]) -> CodeLine | None:
    """The first line on which one of the nodes of ``source`` begins."""
    numbers = [node.lineno for node in found]
    if not numbers:
        return None
    return code_line(source.decode("utf-8", "replace").splitlines(), min(numbers))


class Replaced(NamedTuple):
    """A line that gives a name another value."""

    name: str
    line: CodeLine


@lru_cache(maxsize=8)
def replaced_listener(source: bytes) -> Replaced | None:
    """The first line that gives the name of the listening socket another value, in the function, or
    outside all of them, where that socket is made."""
    tree = parse_source(source)
    if tree is None:
        return None
    lines = source.decode("utf-8", "replace").splitlines()
    listening = {
        last_name(node.func.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "listen"
    }
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    scopes: list[ast.Module | ast.FunctionDef] = [tree, *functions]
    for scope in scopes:
        bindings = [b for b in _bindings(scope) if b.name in listening]
        made = {b.name: b.number for b in reversed(bindings) if b.makes_socket}
        for binding in sorted(bindings, key=lambda b: b.number):
            if binding.number > made.get(binding.name, binding.number) and not binding.keeps:
                return Replaced(binding.name, code_line(lines, binding.number))
    return None


class _Binding(NamedTuple):
    name: str
    number: int
    makes_socket: bool
    keeps: bool
    """Whether the value may still be the socket: it is None, or made from the socket."""


def _bindings(scope: ast.Module | ast.FunctionDef) -> Iterator[_Binding]:
    for node in _own_nodes(scope):
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.For(target=target, iter=value):
                targets = [target]
            case _:
                continue
        for name in (name for target in targets for name in bound_names(target)):
            called = called_name(value) if isinstance(value, ast.Call) else ""
            makes = called in ("socket", "create_server")
            given = value.args if isinstance(value, ast.Call) else [value]
            passed_on = any(isinstance(a, ast.Name) and a.id == name for a in given)
            none = isinstance(value, ast.Constant) and value.value is None
            yield _Binding(name, node.lineno, makes, makes or passed_on or none)


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope, without those of the functions and classes in it."""
    left = list(ast.iter_child_nodes(scope))
    while left:
        node = left.pop()
        if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            yield node
            left.extend(ast.iter_child_nodes(node))


@lru_cache(maxsize=8)
def unused_handler(source: bytes) -> CodeLine | None:
    """The first line that makes a handler of ``logging`` that writes to a file, and that the
    program gives to nothing."""
    nodes = _nodes(source)
    given = {last_name(each) for node in nodes for each in _arguments_and_elements(node)}
    return _first(
        source,
        (
            node
            for node in nodes
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and called_name(node.value).endswith("FileHandler")
            and given.isdisjoint(map(last_name, node.targets))
        ),
    )


def _nodes(source: bytes) -> list[ast.AST]:
    tree = parse_source(source)
    return list(ast.walk(tree)) if tree else []


def _arguments_and_elements(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Call(args=given, keywords=named):
            return [*given, *(keyword.value for keyword in named)]
        case ast.List(elts=given) | ast.Tuple(elts=given):
            return given
    return []


@lru_cache(maxsize=8)
def always_true(source: bytes) -> CodeLine | None:
    """The first ``if`` that compares something, ``or`` has a value that is true by itself."""
    tests = (node.test for node in _nodes(source) if isinstance(node, ast.If))
    return _first(source, [test for test in tests if _is_always_true(test)])


def _is_always_true(test: ast.expr) -> bool:
    match test:
        case ast.BoolOp(op=ast.Or(), values=[ast.Compare(), *others]):
            return any(
                (isinstance(each, ast.Constant) and bool(each.value))
                or (isinstance(each, ast.Attribute) and each.attr == "stdin")
                for each in others
            )
    return False


@lru_cache(maxsize=8)
def largest_recv(source: bytes) -> tuple[int, CodeLine] | None:
    """The most that the program asks for in a ``recv``, and the line that does; None: there is no
    ``recv``, or its number is not written there."""
    calls = [
        node
        for node in _nodes(source)
        if isinstance(node, ast.Call) and called_name(node).startswith("recv")
    ]
    sizes = [_number(call.args) for call in calls]
    if not sizes or None in sizes:
        return None
    most = max(size for size in sizes if size is not None)
    line = _first(source, (call for call in calls if _number(call.args) == most))
    return (most, line) if line else None


def _number(arguments: list[ast.expr]) -> int | None:
    match arguments:
        case [ast.Constant(value=int(number)), *_]:
            return number
    return None


@lru_cache(maxsize=8)
def largest_typed_read(source: bytes) -> tuple[int, CodeLine] | None:
    """The same for a read of the terminal that asks for a number of characters."""
    found: dict[int, ast.Call] = {}
    for node in _nodes(source):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="read" | "readline"), args=[ast.Constant(value=int(size))]
            ):
                found.setdefault(size, node)
    most = max(found, default=0)
    line = _first(source, [found[most]]) if found else None
    return (most, line) if line else None


@lru_cache(maxsize=8)
def reading_line(source: bytes, *, typed: bool) -> CodeLine | None:
    """The line that reads what is typed, or what a client sends; None: it is unknown, or there are
    several."""
    names = ("readline", "input") if typed else ("recv",)
    calls = [node for node in _nodes(source) if isinstance(node, ast.Call)]
    found = [call for call in calls if called_name(call) in names]
    return _first(source, found) if len(found) == 1 else None


@lru_cache(maxsize=8)
def format_without_message(source: bytes) -> CodeLine | None:
    """The first call that gives ``logging`` a format in which there is no message."""
    calls = (node for node in _nodes(source) if isinstance(node, ast.Call))
    return _first(source, [call for call in calls if _lacks_message(call)])


def _lacks_message(call: ast.Call) -> bool:
    given = [keyword.value for keyword in call.keywords if keyword.arg in ("format", "fmt")]
    given += call.args[:1] if called_name(call) == "Formatter" else []
    return any(
        isinstance(each, ast.Constant)
        and isinstance(each.value, str)
        and ("%(" in each.value or "{" in each.value)
        and "message" not in each.value
        for each in given
    )


@lru_cache(maxsize=8)
def lossy_conversion(source: bytes) -> CodeLine | None:
    """The first call that lets an encoding other than UTF-8 drop or replace what it does not
    have."""
    calls = (node for node in _nodes(source) if isinstance(node, ast.Call))
    return _first(source, [call for call in calls if _drops_characters(call)])


def _drops_characters(call: ast.Call) -> bool:
    name = called_name(call)
    place = 0 if name in ("encode", "decode") else 1 if name in ("str", "bytes") else len(call.args)
    given = dict(zip(("encoding", "errors"), call.args[place:], strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    match given:
        case {
            "encoding": ast.Constant(value=str(encoding)),
            "errors": ast.Constant(value="ignore" | "replace"),
        }:
            return not encoding.lower().startswith("utf")
    return False


@lru_cache(maxsize=8)
def first_sort(source: bytes) -> CodeLine | None:
    """The first line that sorts something."""
    calls = (node for node in _nodes(source) if isinstance(node, ast.Call))
    return _first(source, (call for call in calls if called_name(call) in ("sort", "sorted")))
