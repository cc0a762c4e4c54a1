"""Which of a student's files is run, and which lie beside it. Nothing is run or read here.

A file *listens* if it calls what makes a server listen, or imports another that does. The *entry*
is the one that listens and that no other imports. So a client beside a server is no obstacle, and
neither are modules.
"""

import ast
import posixpath
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import msgspec

from grader.model.program import reachable
from grader.submissions.names import is_beside_program, is_package_file, is_program_name, is_test

_LISTENING = frozenset(
    (
        *("listen", "create_server", "start_server", "serve_forever", "Server"),
        *("TCPServer", "ThreadingTCPServer", "ForkingTCPServer"),
    )
)

_BINDING = frozenset(("bind",))
"""What a server of datagrams calls; but so do windows, for a key that is pressed."""

_WORDS = re.compile(rb"\b\w+\b(?=\s*\()")


class ProgramFiles(msgspec.Struct, frozen=True):
    """The files of a program, by their paths from the student's folder."""

    entry: str
    """The one that is run."""
    beside: tuple[str, ...]
    """All others: modules, and data."""
    modules: frozenset[str]
    """Those that the entry imports, itself or by others."""


def find_program(
    paths: Collection[str], read: Callable[[str], bytes], main: str = ""
) -> ProgramFiles | tuple[str, ...]:
    """Find the program in a student's folder.

    Args:
        paths: of the files in it, from there. What :func:`.names.is_submission_path` ignores is
            not among them, but the files of packages are.
        read: returns the content of one, or the beginning of a large one.
        main: the name or path of the entry, where there is one of this name.

    Returns:
        The program; or, if that is not certain, the files that may be the entry: none or several.
    """
    programs = [path for path in paths if is_program_name(posixpath.basename(path))]
    counting = [path for path in programs if not is_test(path.split("/"))] or programs
    named = [path for path in counting if main and main in (path, posixpath.basename(path))]
    possible = sorted(named or counting)
    possible = [path for path in possible if not is_package_file(posixpath.basename(path))]
    if len(possible) > 1:
        sources = {path: read(path) for path in programs}
        possible = _entries(possible, sources)
    if len(possible) != 1:
        return tuple(possible)
    (entry,) = possible
    folder = posixpath.dirname(entry)
    within = [path for path in paths if path != entry and _is_in(folder, path)]
    sources = {path: read(path) for path in programs if _is_in(folder, path)}
    modules = {*reachable(entry, sources)}
    beside = [
        path
        for path in within
        if path in modules or is_beside_program(posixpath.relpath(path, folder or ".").split("/"))
    ]
    return ProgramFiles(entry, tuple(sorted(beside)), frozenset(modules))


def _is_in(folder: str, path: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _entries(possible: Sequence[str], sources: Mapping[str, bytes]) -> list[str]:
    """Those of ``possible`` that may be run: they listen, and no other that does imports them."""
    imports = {path: {*reachable(path, sources)} - {path} for path in possible}
    calls = {path: _called(source) for path, source in sources.items()}
    for words in (_LISTENING, _LISTENING | _BINDING):
        own = {path for path in sources if not words.isdisjoint(calls[path])}
        listening = [path for path in possible if path in own or own & imports[path]]
        if listening:
            return _not_imported(listening, imports, own)
    return _not_imported(possible, imports, frozenset())


def _not_imported(
    paths: Sequence[str], imports: Mapping[str, Collection[str]], own: Collection[str]
) -> list[str]:
    """Those that no other imports. Of two that import each other, it is the one that is in ``own``,
    where only one is."""

    def is_module_of(path: str, other: str) -> bool:
        mutual = other in imports[path]
        return path in imports[other] and (not mutual or (other in own and path not in own))

    return [path for path in paths if not any(is_module_of(path, other) for other in paths)]


def _called(source: bytes) -> frozenset[str]:
    """The names that a program calls."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return frozenset(word.decode("ascii", "replace") for word in _WORDS.findall(source))
    return frozenset(_names(tree))


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                yield name
