"""How the program is divided into functions: the homework's second part (函数设计，传参).

Remarks with line numbers, from the syntax tree alone. Nothing is run.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Literal, NamedTuple

from grader.checks.causes.craft import FUNCTIONS
from grader.checks.newer_syntax import newest_construct
from grader.checks.source_code import place
from grader.model.history import History
from grader.model.outcome import Finding, Outcome, failed, not_judged, passed, skipped
from grader.model.program import Module
from grader.model.text import Text, cut, say, say_count

LONGEST = 40
"""Lines that a function may have. The whole loop of the lecture's example has twenty."""

_SETUP = 12
"""Statements that may stand outside functions, not counting imports and constants."""


_NAME = 60
"""Characters of a name that a remark quotes."""

_SHOWN = 12
"""Remarks that a finding shows."""

_RECEIVERS = ("self", "cls")
"""Parameters that every method has, used or not."""

_WRAPPED = {"staticmethod", "classmethod", "property"}
"""Decorators that do not change who calls a function."""

_LOOKUPS = {"globals", "locals", "vars"}
"""Functions that find others by name."""


class Remark(NamedTuple):
    """One remark about a program."""

    line: int
    kind: Literal["no-function", "script", "global", "hidden-input", "long", "unused"]
    name: str
    """The function or variable it is about; empty: the whole program."""
    size: int = 0
    """The number of lines or statements, where the remark counts any."""
    file: str = ""
    """The module that it is about; empty: the file that is run."""


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def remarks(source: bytes) -> tuple[Remark, ...]:
    """All remarks about ``source``, by line.

    Raises:
        SyntaxError, ValueError: ``source`` is not a Python program.
    """
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, _Function)]
    found = [*_outside(tree, functions)]
    variables, callbacks = _variables(tree), _callbacks(tree)
    for function in functions:
        nodes = list(ast.walk(function))
        found += _of_function(function, nodes, variables)
        if function not in callbacks:
            found += _unused(function, nodes)
    return tuple(sorted(set(found)))  # walking nested functions yields a remark several times


def _outside(tree: ast.Module, functions: list[_Function]) -> Iterator[Remark]:
    statements = [node for top in tree.body for node in _statements(top)]
    if not functions:
        yield Remark(1, "no-function", "", len(statements))
    elif len(statements) > _SETUP:
        yield Remark(statements[0].lineno, "script", "", len(statements))


def _statements(node: ast.stmt) -> Iterator[ast.stmt]:
    """``node`` and the statements in it that do something, outside functions and classes."""
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
    """Whether it defines constants, by value or by a name in capitals. A logger, which a module
    makes once, counts as one."""
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
    """Names that top-level code sets to something that is not a constant, such as a socket."""
    found = set()
    for top in tree.body:
        for node in _statements(top):
            for part in ast.iter_child_nodes(node):
                if not isinstance(part, ast.stmt | ast.ExceptHandler):  # visited in their turn
                    found |= {
                        n.id for n in ast.walk(part) if isinstance(n, ast.Name) and _is_set(n)
                    }
    return found


def _of_function(
    function: _Function, nodes: list[ast.AST], variables: set[str]
) -> Iterator[Remark]:
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    if length > LONGEST:
        yield Remark(function.lineno, "long", function.name, length)
    names = [node for node in nodes if isinstance(node, ast.Name)]
    parameters = {
        argument.arg
        for node in nodes
        if isinstance(node, ast.arguments)
        for argument in (*node.posonlyargs, *node.args, *node.kwonlyargs)
    }
    own = parameters | {name.id for name in names if isinstance(name.ctx, ast.Store)}
    for node in nodes:
        if isinstance(node, ast.Global):
            for changed in node.names:
                yield Remark(node.lineno, "global", changed)
    seen = set()
    for name in names:
        if name.id in variables and name.id not in own and name.id not in seen:
            seen.add(name.id)
            yield Remark(name.lineno, "hidden-input", name.id)


def _unused(function: _Function, nodes: list[ast.AST]) -> Iterator[Remark]:
    names = [node for node in nodes if isinstance(node, ast.Name)]
    read = {name.id for name in names if not _is_set(name)}
    for argument in function.args.args:
        if argument.arg not in read and argument.arg not in _RECEIVERS and argument.arg[0] != "_":
            yield Remark(argument.lineno, "unused", argument.arg)


def _callbacks(tree: ast.Module) -> set[_Function]:
    """The functions whose parameters their callers determine, so that they may have to take one
    that they do not need.

    These are functions that are passed as values, such as handlers in a table, and methods that
    override others or share a name with those of another class.
    """
    nodes = list(ast.walk(tree))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    called = {id(call.func) for call in calls}
    used = [node for node in nodes if id(node) not in called]
    values = {node.id for node in used if isinstance(node, ast.Name) and not _is_set(node)}
    attributes = {node.attr for node in used if isinstance(node, ast.Attribute)}
    if any(_name(call.func) in _LOOKUPS for call in calls):
        values |= {n.name for n in nodes if isinstance(n, _Function)}
    if any(_name(call.func) == "getattr" and not _is_literal(call) for call in calls):
        attributes |= {n.name for n in nodes if isinstance(n, _Function)}
    owner = {
        each: node
        for node in nodes
        if isinstance(node, ast.ClassDef)
        for each in node.body
        if isinstance(each, _Function)
    }
    owners = Counter(method.name for method in owner)
    return {
        node
        for node in nodes
        if isinstance(node, _Function)
        if node.name in values
        or {_name(each) for each in node.decorator_list} - _WRAPPED
        or (node in owner and (node.name in attributes or owners[node.name] > 1))
        or (node in owner and _may_override(owner[node], node))
    }


def _may_override(owner: ast.ClassDef, method: _Function) -> bool:
    """Whether a base class, or Python itself, may determine a method's parameters."""
    special = method.name.startswith("__") and method.name != "__init__"
    return special or bool({_name(base) for base in owner.bases} - {"object"})


def _name(node: ast.expr) -> str:
    """The name by which an expression refers to something; empty: it is more than a name."""
    return node.id if isinstance(node, ast.Name) else ""


def _is_literal(call: ast.Call) -> bool:
    """Whether the second argument of a call is a literal."""
    return len(call.args) > 1 and isinstance(call.args[1], ast.Constant)


def _describe(remark: Remark) -> Text:
    name = cut(remark.name, _NAME)
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
                name=name,
            )
        case "hidden-input":
            return say(
                "`{name}` comes from outside the function: it could be a parameter",
                name=name,
            )
        case "long":
            return say(
                "`{name}` is {count} lines long: does it do one thing?",
                name=name,
                count=remark.size,
            )
    return say("the parameter `{name}` is never used", name=name)


def _beside_functions(remark: Remark) -> Remark | None:
    """A remark about a file without functions, where another file of the program has some: such as
    one that holds settings, or only starts the server."""
    if remark.kind != "no-function":
        return remark
    return remark._replace(kind="script") if remark.size > _SETUP else None


def functions(history: History) -> Outcome:
    """The program consists of functions that do one thing each."""
    if not history.source:
        return not_judged(say("The program's source is not available."))
    found: list[Remark] = []
    try:
        for file in (Module("", history.source), *history.modules):
            found += [each._replace(file=file.name) for each in remarks(file.source)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        if newest_construct(file.source):
            return not_judged(say("The grader runs on a Python too old to parse the program."))
        return skipped(say("Python cannot parse the program."))
    if sum(remark.kind == "no-function" for remark in found) <= len(history.modules):
        found = [each for remark in found if (each := _beside_functions(remark))]
    if not found:
        return passed()
    described = tuple(
        say(
            "line {line}: {remark}",
            line=place(remark.file, remark.line),
            remark=_describe(remark),
        )
        for remark in found
    )
    return failed(
        Finding(
            done=say("the grader read the program's source"),
            expected=say(
                "it consists of functions that take what they need as parameters and do one thing "
                "each"
            ),
            seen=described[:_SHOWN]
            + (
                (say("… and {count} more", count=len(described) - _SHOWN),)
                if described[_SHOWN:]
                else ()
            ),
            cause=FUNCTIONS,
        )
    )
