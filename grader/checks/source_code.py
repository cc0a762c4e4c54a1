"""What the program's source says, from its syntax tree alone. Nothing is run.

It may illustrate an outcome, or choose between causes that the evidence leaves open. It never
decides an outcome, since a line that is there need not be reached.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import dropwhile, islice

from grader.model.program import Module
from grader.model.text import Text, say

_LONGEST = 1 << 18
"""Bytes of source that are read. What people write by hand is far shorter."""

_SHOWN = 100
"""Characters of a line that are shown."""


@dataclass(frozen=True)
class CodeLine:
    """A line of the program."""

    number: int
    code: str
    """Without its indentation."""
    file: str = ""
    """The module that it is in; empty: the file that is run."""

    @property
    def shown(self) -> int | Text:
        """Its number, and the module that it is in."""
        return place(self.file, self.number)


def place(file: str, number: int) -> int | Text:
    """How a line is named: by its number, in a module also by its ``file``."""
    return say("{number} of {file}", number=number, file=file) if file else number


@dataclass(frozen=True)
class SourceCode:
    """What the source of a program says. Empty: it is unknown, or Python cannot parse it."""

    parsed: bool = False
    names: frozenset[str] = frozenset()
    """The names and attributes that its statements use. What is only imported is not among them."""
    emptying_opens: int = 0
    """Calls of ``open`` that empty the file."""
    opens_after_loop: CodeLine | None = None
    """The first line behind a loop, in the same block, that opens a file for writing, or calls a
    function that does; None: there is none."""
    silent_handler: CodeLine | None = None
    """The first ``except`` that hides what goes wrong with a message: it takes any error, or one
    about values, and says nothing."""
    closing_handler: CodeLine | None = None
    """The first one that takes any such error, does not show it, and closes something or ends the
    loop."""
    receiving: frozenset[str] = frozenset()
    """The functions that call ``recv``."""
    drops_info: CodeLine | None = None
    """The first call of ``logging`` below its default level, if no level is set anywhere."""
    drops_received: CodeLine | None = None
    """The first ``recv`` whose result is only tested, or not used at all."""
    drops_typed: CodeLine | None = None
    """The same for ``readline`` and ``input``."""
    iterates_terminal: bool = False
    """Whether a ``for`` goes through the lines of ``sys.stdin``, perhaps by another name."""


_MULTIPLEXERS = frozenset(
    (
        *("select", "poll", "epoll", "devpoll", "kqueue", "selectors", "asyncio", "asyncore"),
        *("uvloop", "twisted", "gevent", "eventlet", "tornado", "trio"),
    )
)


_DYNAMIC = frozenset(("__import__", "import_module", "exec", "eval"))
"""Calls by which a program may use what it does not name."""


def never_selects(source: bytes, modules: tuple[Module, ...] = ()) -> bool:
    """Whether a program uses neither ``select`` nor anything that does the same; False if its
    source does not tell."""
    code = read_source(source, modules)
    return code.parsed and code.names.isdisjoint(_MULTIPLEXERS | _DYNAMIC)


def parse_source(source: bytes) -> ast.Module | None:
    """The syntax tree of ``source``; None if it is empty or too long, or Python cannot parse it."""
    if not source or len(source) > _LONGEST:
        return None
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=8)
def read_source(source: bytes, modules: tuple[Module, ...] = ()) -> SourceCode:
    """Read what a program says: ``source``, the file that is run, and the ``modules`` that it
    imports."""
    own = _read_file(source, "")
    parts = (own, *(_read_file(module.source, module.name) for module in modules))
    first = {
        name: next((line for part in parts if (line := getattr(part, name))), None)
        for name in _LINES
    }
    return SourceCode(
        parsed=all(part.parsed for part in parts),
        names=frozenset[str]().union(*(part.names for part in parts)),
        emptying_opens=sum(part.emptying_opens for part in parts),
        receiving=frozenset[str]().union(*(part.receiving for part in parts)),
        iterates_terminal=any(part.iterates_terminal for part in parts),
        **first,
    )


_LINES = (
    *("opens_after_loop", "silent_handler", "closing_handler"),
    *("drops_info", "drops_received", "drops_typed"),
)


def _read_file(source: bytes, file: str) -> SourceCode:
    tree = parse_source(source)
    if tree is None:
        return SourceCode()
    nodes = tuple(ast.walk(tree))
    lines = source.decode("utf-8", "replace").splitlines()

    def first(found: Iterator[ast.expr | ast.ExceptHandler]) -> CodeLine | None:
        numbers = sorted(node.lineno for node in found)
        return code_line(lines, numbers[0], file) if numbers else None

    calls = [node for node in nodes if isinstance(node, ast.Call)]
    handlers = [
        handler
        for node in nodes
        if isinstance(node, ast.Try) and _handles_messages(node)
        for handler in node.handlers
        if _takes_mistakes(handler)
    ]
    return SourceCode(
        parsed=True,
        names=frozenset(_names(nodes)),
        emptying_opens=sum("w" in _mode(call) for call in calls),
        opens_after_loop=first(_opens_after_loop(nodes)),
        silent_handler=first(handler for handler in handlers if _silent(handler)),
        closing_handler=first(handler for handler in handlers if _closes_silently(handler)),
        receiving=frozenset(
            node.name
            for node in nodes
            if isinstance(node, ast.FunctionDef)
            and any(called_name(call) == "recv" for call in _calls(node))
        ),
        drops_info=first(call for call in calls if called_name(call) in ("info", "debug"))
        if _logs_at_default_level(nodes)
        else None,
        drops_received=first(call for call in _unused(nodes) if _receives(call)),
        drops_typed=first(
            call for call in _unused(nodes) if called_name(call) in ("readline", "input")
        ),
        iterates_terminal=_iterates_terminal(nodes),
    )


def code_line(lines: list[str], number: int, file: str = "") -> CodeLine:
    """The line with that number, as it is shown; ``file`` is its module."""
    code = lines[number - 1].strip() if number <= len(lines) else ""
    return CodeLine(number, code[:_SHOWN], file)


def _names(nodes: tuple[ast.AST, ...]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                # It is used under its other name.
                yield from (alias.name for alias in aliases if alias.asname)


def called_name(call: ast.Call) -> str:
    """The last part of the name of what is called; empty: it has none."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


_MODE = re.compile(r"[rwaxbt+U]+")


def _mode(call: ast.Call) -> str:
    """The mode of a call of ``open``; empty: it is no such call, or its mode is not constant."""
    if called_name(call) != "open" or not call.args:
        return ""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "mode"] + call.args[1:2]
    if not given:
        # A method `open` of something else, such as Path, has the mode as its first argument.
        given = call.args[:1] if isinstance(call.func, ast.Attribute) else []
    match given[:1]:
        case [ast.Constant(value=str(mode))] if _MODE.fullmatch(mode):
            return mode
    return ""


def _opens_after_loop(nodes: tuple[ast.AST, ...]) -> Iterator[ast.Call]:
    opening = {
        node.name
        for node in nodes
        if isinstance(node, ast.FunctionDef) and any(map(_opens_to_write, _calls(node)))
    }
    for node in nodes:
        block = getattr(node, "body", None)
        if not isinstance(block, list):
            continue  # the body of a lambda is an expression
        behind = dropwhile(lambda statement: not isinstance(statement, ast.While), block)
        for statement in islice(behind, 1, None):
            for call in _calls(statement):
                if _opens_to_write(call) or called_name(call) in opening:
                    yield call


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (child for child in ast.walk(node) if isinstance(child, ast.Call))


def _opens_to_write(call: ast.Call) -> bool:
    return called_name(call) == "write_text" or not set("wax+").isdisjoint(_mode(call))


_HARMLESS = frozenset(
    (
        *("close", "shutdown", "remove", "discard", "pop", "unlink", "makedirs", "mkdir", "kill"),
        *("join", "exists", "getpeername", "fileno", "setsockopt"),
    )
)
"""Calls whose failure loses no message."""


def _handles_messages(node: ast.Try) -> bool:
    calls = [n for child in node.body for n in ast.walk(child) if isinstance(n, ast.Call)]
    return any(called_name(call) not in _HARMLESS for call in calls)


_ANY = ("Exception", "BaseException")
_OF_VALUES = (
    *("TypeError", "ValueError", "AttributeError", "NameError", "KeyError", "IndexError"),
    *("UnicodeError", "UnicodeDecodeError", "UnicodeEncodeError", "LookupError"),
)


def _takes_mistakes(handler: ast.ExceptHandler) -> bool:
    """Whether a handler takes errors that a program's own mistakes raise."""
    caught = handler.type
    types = caught.elts if isinstance(caught, ast.Tuple) else [caught] if caught else []
    names = {getattr(each, "id", getattr(each, "attr", "")) for each in types}
    return not types or not names.isdisjoint((*_ANY, *_OF_VALUES))


def _silent(handler: ast.ExceptHandler) -> bool:
    """Whether a handler leaves no trace."""
    return all(
        isinstance(statement, ast.Pass | ast.Continue)
        or (isinstance(statement, ast.Expr) and _says_nothing(statement.value))
        for statement in handler.body
    )


def _says_nothing(value: ast.expr) -> bool:
    """Whether it is a constant, or prints the same text whatever the error is."""
    match value:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id="print"), args=shown):
            return all(isinstance(each, ast.Constant) for each in shown)
    return False


def _closes_silently(handler: ast.ExceptHandler) -> bool:
    """Whether a handler does not show the error, and closes something or ends a loop."""
    inside = [node for statement in handler.body for node in ast.walk(statement)]
    named = set(_names(tuple(inside)))
    shows = any(isinstance(node, ast.Raise) for node in inside) or handler.name in named
    ends = any(isinstance(node, ast.Break | ast.Return) for node in inside)
    return not shows and named.isdisjoint(_SHOW) and (ends or not named.isdisjoint(_CLOSE))


_SHOW = frozenset(("traceback", "print_exc", "format_exc", "exc_info", "exception"))
_CLOSE = frozenset(("close", "remove", "discard", "pop", "exit", "_exit"))


def _logs_at_default_level(nodes: tuple[ast.AST, ...]) -> bool:
    names = set(_names(nodes))
    levels = {n.arg for n in nodes if isinstance(n, ast.keyword)} & {"level"}
    return "logging" in names and not levels and "setLevel" not in names


def _unused(nodes: tuple[ast.AST, ...]) -> Iterator[ast.Call]:
    """The calls whose results are only tested, or not used at all."""
    for node in nodes:
        match node:
            case ast.Expr(value=value):
                yield from _tested(value)
            case ast.If(test=test) | ast.While(test=test):
                yield from _tested(test)


def _tested(node: ast.expr) -> Iterator[ast.Call]:
    match node:
        case ast.UnaryOp(operand=operand):
            yield from _tested(operand)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _tested(value)
        case ast.Compare(left=left, comparators=others):
            for value in (left, *others):
                yield from _tested(value)
        case ast.Call(func=ast.Name(id="len" | "bool"), args=[value]):
            yield from _tested(value)
        case ast.Call(func=ast.Attribute(value=ast.Call() as value)):
            yield node
            yield from _tested(value)
        case ast.Call():
            yield node


def _receives(call: ast.Call) -> bool:
    # With flags, it may leave the text where it is (MSG_PEEK).
    return called_name(call) == "recv" and len(call.args) == 1 and not call.keywords


def _iterates_terminal(nodes: tuple[ast.AST, ...]) -> bool:
    loops = [node for node in nodes if isinstance(node, ast.For | ast.comprehension)]
    ready = {loop.target.id for loop in loops if isinstance(loop.target, ast.Name)}
    for loop in loops:
        match loop.iter:
            case ast.Name(id=name) if name == "stdin" or name in ready:
                return True
            case ast.Attribute(attr="stdin"):
                return True
    return False
