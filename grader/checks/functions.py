"""How a program is built of functions: the homework's second part (函数设计，传参).

What is found is advice with line numbers. It is read from the syntax tree; nothing is run.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from grader.model.history import History
from grader.model.outcome import Finding, Outcome, failed, not_judged, passed, skipped
from grader.model.text import Text, say, say_count

LONGEST = 40
"""Lines of a function. The whole loop of the lecture's example has twenty."""

_SETUP = 12
"""Statements outside functions that need none: imports and constants do not count."""


_DEMANDED = ("self", "cls", "signum", "sig", "frame")
"""Parameters that Python demands, whether they are of use or not."""


class Remark(NamedTuple):
    """One thing to be said of a program."""

    line: int
    kind: str
    """``no-function``, ``script``, ``global``, ``hidden-input``, ``long`` or ``unused``."""
    name: str
    """The function's or the name's."""
    size: int = 0
    """How many lines or statements."""


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def remarks(source: bytes) -> tuple[Remark, ...]:
    """What can be said of the functions in ``source``, in the order of its lines.

    Raises:
        SyntaxError, ValueError: it is no Python program.
    """
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, _Function)]
    found = [*_outside(tree, functions)]
    # A name that is set once, to a constant, is no variable.
    variables = _variables(tree)
    for function in functions:
        found += _of_function(function, variables)
    return tuple(sorted(set(found)))  # what is nested belongs to several functions


def _outside(tree: ast.Module, functions: list[_Function]) -> Iterator[Remark]:
    statements = [node for top in tree.body for node in _statements(top)]
    if not functions:
        yield Remark(1, "no-function", "", len(statements))
    elif len(statements) > _SETUP:
        yield Remark(statements[0].lineno, "script", "", len(statements))


def _statements(node: ast.stmt) -> Iterator[ast.stmt]:
    """The statements that do something, outside functions and classes."""
    if isinstance(node, _Function | ast.ClassDef | ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Assign | ast.AnnAssign) and _sets_constants(node):
        return
    if not (isinstance(node, ast.If) and "__name__" in ast.dump(node.test)):
        yield node
    for field in ("body", "orelse", "handlers", "finalbody"):
        for child in getattr(node, field, ()):
            inner = child.body if isinstance(child, ast.ExceptHandler) else [child]
            for statement in inner:
                yield from _statements(statement)


def _sets_constants(node: ast.Assign | ast.AnnAssign) -> bool:
    """Whether it names what does not change: by its value, or by its name in capitals. A logger
    of :mod:`logging` is made once for a whole module, too."""
    names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and _is_set(n)]
    if names and all(name.isupper() for name in names):
        return True
    if node.value is None or "getLogger" in ast.dump(node.value):
        return True
    try:
        ast.literal_eval(node.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return not isinstance(node.value, ast.List | ast.Dict | ast.Set)


def _is_set(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _variables(tree: ast.Module) -> set[str]:
    """Names that the script sets, in whatever way, to what is no constant: sockets, files."""
    found = set()
    for top in tree.body:
        for node in _statements(top):
            for part in ast.iter_child_nodes(node):
                if not isinstance(part, ast.stmt | ast.ExceptHandler):  # these come by themselves
                    found |= {
                        n.id for n in ast.walk(part) if isinstance(n, ast.Name) and _is_set(n)
                    }
    return found


def _of_function(function: _Function, variables: set[str]) -> Iterator[Remark]:
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    if length > LONGEST:
        yield Remark(function.lineno, "long", function.name, length)
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    parameters = {
        argument.arg
        for node in ast.walk(function)
        if isinstance(node, ast.arguments)
        for argument in (*node.posonlyargs, *node.args, *node.kwonlyargs)
    }
    own = parameters | {name.id for name in names if isinstance(name.ctx, ast.Store)}
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            for changed in node.names:
                yield Remark(node.lineno, "global", changed)
    seen = set()
    for name in names:
        if name.id in variables and name.id not in own and name.id not in seen:
            seen.add(name.id)
            yield Remark(name.lineno, "hidden-input", name.id)
    read = {name.id for name in names if not _is_set(name)}
    for argument in function.args.args:
        if argument.arg not in read and argument.arg not in _DEMANDED and argument.arg[0] != "_":
            yield Remark(argument.lineno, "unused", argument.arg)


def _describe(remark: Remark) -> Text:
    match remark.kind:
        case "no-function":
            return say_count(
                "no function: {count} statement at the top level",
                "no function: {count} statements at the top level",
                count=remark.size,
            )
        case "script":
            return say_count(
                "{count} statement is outside all functions",
                "{count} statements are outside all functions",
                count=remark.size,
            )
        case "global":
            return say(
                "`global {name}`: a function had better return what it changes",
                name=remark.name,
            )
        case "hidden-input":
            return say(
                "`{name}` comes from outside the function: it could be a parameter",
                name=remark.name,
            )
        case "long":
            return say(
                "`{name}` is {count} lines long: does it do one thing?",
                name=remark.name,
                count=remark.size,
            )
    return say("the parameter `{name}` is never used", name=remark.name)


def functions(history: History) -> Outcome:
    """The program is built of functions."""
    if not history.source:
        return not_judged(say("The program's source is not available."))
    try:
        found = remarks(history.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return skipped(say("Python cannot parse the program."))
    if not found:
        return passed()
    told = tuple(
        say("line {line}: {remark}", line=remark.line, remark=_describe(remark)) for remark in found
    )
    return failed(
        Finding(
            done=say("the grader read the program's source"),
            expected=say(
                "it consists of functions that take what they need as parameters and do one thing "
                "each"
            ),
            seen=told[:12]
            + ((say("… and {count} more", count=len(told) - 12),) if told[12:] else ()),
            hint=say("The homework's second part: 复习函数的使用（函数设计，传参）"),
        )
    )
