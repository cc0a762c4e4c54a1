"""Finds the standard module that a program hides from itself by its own file name.

Python looks for modules in the program's folder first. So in ``select.py``, ``import select`` finds
the program, and so does ``import socket``, because ``socket`` imports ``selectors``, which imports
``select``. The sandbox gives every program a neutral name, so it does not happen there.
"""

import ast
import functools
import sys
import sysconfig
import warnings
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_LOADED = (
    *("abc", "codecs", "encodings", "genericpath", "io", "ntpath", "os", "posixpath", "runpy"),
    *("site", "stat", "zipimport"),
)
"""Modules that Python has loaded before it looks for one in the program's folder."""

_BUILT_IN = (
    *("atexit", "builtins", "errno", "faulthandler", "gc", "itertools", "marshal", "sys", "time"),
)
"""Modules that are part of the interpreter on every system. Others, as ``select``, on some only."""


class HiddenModule(NamedTuple):
    """A standard module that a program hides."""

    name: str
    importer: str
    """The standard module that the program imports, and that needs the hidden one; empty if the
    program imports that itself."""


def hidden_module(file_name: str, source: bytes) -> HiddenModule | None:
    """Return the standard module that a program named ``file_name`` would hide from itself.

    It must import that module directly, or through standard modules that import it on every system.
    They are read from this Python's standard library, whose modules differ little between versions.
    """
    base = file_name.rpartition("/")[2]
    name = base.removesuffix(".py")
    if name == base or name in (*_LOADED, *_BUILT_IN):
        return None
    if name not in sys.stdlib_module_names:
        return None
    direct = _imports(source, "", everywhere=True)
    if name in map(_top_level, direct):
        return HiddenModule(name, "")
    waiting = deque((module, _top_level(module)) for module in direct)
    seen: set[str] = set()
    while waiting:
        module, importer = waiting.popleft()
        if _top_level(module) == name:
            return HiddenModule(name, importer)
        if module not in seen and _top_level(module) in sys.stdlib_module_names:
            seen.add(module)
            waiting += [(imported, importer) for imported in _standard_imports(module)]
    return None


def _top_level(module: str) -> str:
    return module.partition(".")[0]


@functools.cache
def _standard_imports(module: str) -> tuple[str, ...]:
    """The modules that a standard module always imports; none if its source is not there."""
    path = Path(sysconfig.get_path("stdlib"), *module.split("."))
    for file, package in (
        (path / "__init__.py", module),
        (path.with_suffix(".py"), module.rpartition(".")[0]),
    ):
        try:
            return _imports(file.read_bytes(), package)
        except OSError:
            continue
    return ()


def _imports(source: bytes, package: str, *, everywhere: bool = False) -> tuple[str, ...]:
    """The modules that ``source`` imports; of a name imported from a package, also as a module.

    Args:
        package: the package to which relative imports refer.
        everywhere: whether to include those in functions and under conditions.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ()
    found: list[str] = []
    for node in ast.walk(tree) if everywhere else _unconditional(tree.body):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            parts = [*(parents if node.level else ()), *([node.module] if node.module else ())]
            base = ".".join(filter(None, parts))
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return tuple(dict.fromkeys(filter(None, found)))


def _unconditional(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that are reached whenever a module is imported."""
    for node in body:
        yield node
        if isinstance(node, ast.Try):
            yield from _unconditional(node.body)
