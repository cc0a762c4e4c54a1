"""Which Python a program's syntax needs: constructs that older Pythons reject as syntax errors.

Only a newer Python could tell for certain, and none may be at hand. So each newer construct is
rewritten as an older one, and the result must be a valid program for this Python: then nothing but
these constructs was wrong, and the newest of them says which Python is needed. A program with any
other mistake needs no Python: it is wrong in each.

================================  ======  =======================================
construct                         Python  proposal
================================  ======  =======================================
``type X = …``, ``def f[T]()``    3.12    PEP 695
``f"{d["k"]}"``                   3.12    PEP 701: anything may be nested
``def f[T = int]()``              3.13    PEP 696
``except A, B:``                  3.14    PEP 758
``t"…"``                          3.14    PEP 750
``lazy import m``                 3.15    PEP 810
``[*x for x in xs]``              3.15    PEP 798
================================  ======  =======================================
"""

import ast
import builtins
import io
import tokenize
import warnings

from grader.checks.older_syntax import Construct, InvalidError, Rewriter


def newest_construct(source: bytes) -> Construct | None:
    """Return the construct of ``source`` that needs the newest Python.

    None: all are older than Python 3.12, or the program has another syntax error.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        rewriter = Rewriter()
        older = rewriter.rewrite(text)
        if not rewriter.found:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(older)
            compile(tree, "submission.py", "exec", dont_inherit=True)
    except (InvalidError, SyntaxError, LookupError, ValueError, RecursionError, MemoryError):
        return None
    if not rewriter.caught <= _defined(tree):
        return None
    return max(rewriter.found, key=lambda construct: (construct.needs, -construct.line))


def _defined(tree: ast.AST) -> set[str]:
    """The names that a program may use: built in, imported, or defined anywhere in it."""
    names = set(dir(builtins))
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names |= {alias.asname or alias.name.partition(".")[0] for alias in aliases}
                if any(alias.name == "*" for alias in aliases):
                    names |= _STAR_IMPORTED
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                names.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
    return names


_STAR_IMPORTED = {"error", "timeout", "gaierror", "herror"}
"""The exceptions of ``from socket import *`` and ``from select import *``."""
