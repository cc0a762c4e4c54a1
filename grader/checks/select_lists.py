"""What a program puts into the lists of its `select`, as its text shows. Nothing is run."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from grader.checks.select_calls import read_select_call, select_nodes
from grader.checks.source_code import CodeLine, parse_source

InputKind = Literal["terminal", "listening socket"]


class Misplaced(NamedTuple):
    """A call of ``select`` that is given input in another list than the first."""

    call: CodeLine
    kinds: frozenset[InputKind]


@lru_cache(maxsize=8)
def misplaced_input(source: bytes) -> Misplaced | None:
    """The first ``select`` in whose second or third list the program puts the terminal or the
    listening socket, and not in the first."""
    for call, contents in _selects(source):
        first, *others = (contents.of(each) for each in call.args[:3])
        if kinds := frozenset[InputKind]().union(*others) - first:
            shown = read_select_call(call)
            return Misplaced(CodeLine(shown.line, shown.text), kinds)
    return None


@lru_cache(maxsize=8)
def watched_output(source: bytes) -> CodeLine | None:
    """The first ``select`` that is given ``sys.stdout`` to read from."""
    for call, contents in _selects(source):
        if any(last_name(each) == "stdout" for each in contents.elements(call.args[0])):
            shown = read_select_call(call)
            return CodeLine(shown.line, shown.text)
    return None


def _selects(source: bytes) -> Iterator[tuple[ast.Call, "_Contents"]]:
    """The calls of ``select``, by line, and what the lists of the program hold."""
    tree = parse_source(source)
    if tree is not None:
        contents = _Contents(tree)
        for call in sorted(select_nodes(tree), key=lambda node: node.lineno):
            yield call, contents


class _Contents:
    """What the lists of a program hold, as far as its literals and ``append`` say."""

    def __init__(self, tree: ast.Module) -> None:
        self._listeners = set(_listeners(tree))
        self._elements: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._add(target, value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._add(target, value)
                case ast.Call(
                    func=ast.Attribute(value=target, attr="append" | "add"), args=[value]
                ):
                    self._elements.setdefault(last_name(target), []).append(value)

    def _add(self, target: ast.expr, value: ast.expr) -> None:
        self._elements.setdefault(last_name(target), []).extend(_parts(value))

    def of(self, given: ast.expr) -> frozenset[InputKind]:
        """The kinds of input in an argument of ``select``."""
        return frozenset(kind for each in self.elements(given) if (kind := self._kind(each)))

    def elements(self, given: ast.expr) -> list[ast.expr]:
        """What is in an argument of ``select``."""
        return [*_parts(given), *self._elements.get(last_name(given), [])]

    def _kind(self, element: ast.expr) -> InputKind | None:
        match element:
            case ast.Call(func=ast.Attribute(value=value, attr="fileno")):
                return self._kind(value)
            case ast.Name(id="stdin") | ast.Attribute(attr="stdin"):
                return "terminal"
        return "listening socket" if last_name(element) in self._listeners else None


def last_name(node: ast.expr) -> str:
    """The last part of a name with dots; empty if ``node`` is not a name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """The elements of a list that is written out, also of a sum of lists."""
    left = [node]
    while left:
        match left.pop():
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                yield from elements
            case ast.BinOp(left=one, op=ast.Add(), right=other):
                left += [one, other]


def _listeners(tree: ast.Module) -> Iterator[str]:
    """The names of what listens, or accepts under a name that no loop sets."""
    loops = (node for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension))
    varying = {name for loop in loops for name in bound_names(loop.target)}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr="listen" | "accept")):
                name = last_name(value)
                if name and name not in varying:
                    yield name


def bound_names(target: ast.expr) -> Iterator[str]:
    """The names that an assignment to ``target`` sets."""
    stored = (node for node in ast.walk(target) if isinstance(node, ast.Name))
    return (node.id for node in stored if isinstance(node.ctx, ast.Store))
