"""Finds the standard module that a program hides from itself by its own file name.

Python looks for modules in the program's folder first. So in ``select.py``, ``import select`` finds
the program, and so does ``import socket``, because ``socket`` imports ``selectors``, which imports
``select``. The sandbox gives every program a neutral name, so it does not happen there.
"""

import functools
import sys
import sysconfig
from collections import deque
from pathlib import Path
from typing import NamedTuple

from grader.model.program import imported_names

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
    direct = imported_names(source, "")
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
            return imported_names(file.read_bytes(), package, everywhere=False)
        except OSError:
            continue
    return ()
