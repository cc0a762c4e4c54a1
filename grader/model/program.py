"""What belongs to a program: the file that is run, those that lie beside it, and which of them it
imports."""

import ast
import hashlib
import posixpath
import warnings
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec

NEUTRAL_NAME = "submission.py"
"""The name under which the file that is run runs in the sandbox (the agent's ``PROGRAM``)."""

MOST_FILES = 100
"""Files of a program, with the one that is run."""

LARGEST_IN_ALL = 1 << 20
"""Bytes of all its files."""

LONGEST_PATH = 500
"""Bytes of a file's path from the program's folder. A system allows a few times as many, from its
root."""


class Module(msgspec.Struct, frozen=True):
    """A Python file that a program imports."""

    name: str
    """Its path from the folder of the file that is run: ``tools/log.py``. Untrusted."""
    source: bytes


def digest(source: bytes, files: Mapping[str, bytes] = {}) -> str:
    """The SHA-256 that names a version of a program.

    Args:
        source: the file that is run. If it is the only one, this is its own SHA-256.
        files: the others.
    """
    if not files:
        return hashlib.sha256(source).hexdigest()
    found = hashlib.sha256()
    for part in (source, *(each for name in sorted(files) for each in (name, files[name]))):
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        found.update(b"%d:" % len(data) + data)
    return found.hexdigest()


def is_relative_path(path: str) -> bool:
    """Whether ``path`` leads to something below a folder, spelled in the only way, and is no longer
    than :data:`LONGEST_PATH`."""
    if len(path.encode("utf-8", "surrogatepass")) > LONGEST_PATH:
        return False
    inner = path and "\0" not in path and path == posixpath.normpath(path)
    return bool(inner) and path[0] != "/" and path.partition("/")[0] not in (".", "..")


def imported_modules(source: bytes, files: Mapping[str, bytes]) -> tuple[Module, ...]:
    """Those of ``files`` that a program imports, itself or by others that it imports, in the order
    in which they are met. What is only run (with ``exec``, say) is not found.

    Args:
        source: the file that is run.
        files: the others, by their paths from its folder.
    """
    return tuple(Module(name, files[name]) for name in reachable("", {**files, "": source}))


def reachable(start: str, sources: Mapping[str, bytes]) -> tuple[str, ...]:
    """The paths of those of ``sources`` that the one at ``start`` imports, directly or not; without
    itself. ``import`` looks in the folder of ``start`` first."""
    folder = posixpath.dirname(start)
    found = {start: None}
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        package = posixpath.relpath(posixpath.dirname(path) or ".", folder or ".")
        inside = "" if package == "." else package.replace("/", ".")
        for module in imported_names(sources[path], inside):
            for name in _files_of(module, folder):
                if name in sources and name not in found:
                    found[name] = None
                    waiting.append(name)
    return tuple(found)[1:]


def _files_of(module: str, folder: str) -> Iterator[str]:
    """The files that importing ``module`` runs: its packages' and its own, if there are any."""
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        path = posixpath.join(folder, *parts[:end])
        yield f"{path}/__init__.py"
        if end == len(parts):
            yield f"{path}.py"


@lru_cache(maxsize=256)
def imported_names(source: bytes, package: str, *, everywhere: bool = True) -> tuple[str, ...]:
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
    return tuple(dict.fromkeys(name for name in found if name and not name.startswith(".")))


def _unconditional(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that are reached whenever a module is imported."""
    for node in body:
        yield node
        if isinstance(node, ast.Try):
            yield from _unconditional(node.body)
