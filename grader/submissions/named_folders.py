"""Finds the folders that a program names in its source, without running it.

A log at ``/home/tarena/day08/log.txt`` works on its author's computer, where that folder exists, so
the sandbox creates it.
"""

import ast
import os
import re
import warnings

_DRIVE = re.compile(r"[A-Za-z]:/")
_KEPT = (
    *("/bin", "/dev", "/etc", "/lib", "/lib64", "/opt/grader", "/proc", "/sbin", "/sys"),
    *("/usr/bin", "/usr/lib", "/usr/lib64", "/usr/local/bin", "/usr/local/lib", "/usr/sbin"),
)
"""Folders of the system or of the sandbox, below which nothing is created."""

_OURS = re.compile(r"/work(/[0-9]+(/.*)?)?", re.ASCII)
"""The scenarios' own folders, and the folder that contains them."""

_WHOLE = ("/opt", "/usr", "/usr/local", "/var", "/run")
"""Folders that the sandbox does not create or change itself, but may create others in."""

MOST = 16
"""Maximum number of folders that are created for one program."""

_LONGEST = 1000
"""Maximum length of a string that may be a path. Without it, a program of thirty lines that each
double a string would exhaust the grader's memory."""

_UNKNOWN = "\0"
"""Placeholder for a part of a string that is known only at run time."""


def named_folders(source: bytes) -> tuple[str, ...]:
    """Find the folders that the string constants of a program name, at most :data:`MOST`.

    They are absolute, below ``~/``, or relative. Strings are combined as the program does it, as
    far as that is static (``+``, f-strings, ``os.path.join``, ``Path(…) / …``, variables assigned
    once). The folder of a path is the part before its last ``/``; an argument of ``os.chdir`` is a
    folder itself. What the program creates or opens itself is left out, because ``os.mkdir`` fails
    if its folder exists.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # for example about '\W' in a Windows path
        try:
            tree = ast.parse(source)
            reader = _Reader(tree)
            reader.visit(tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ()
    found: dict[str, None] = {}
    for text in reader.folders:
        folder = os.path.normpath(text) if text.strip("/") else ""
        # A program may not create folders near the root, so the sandbox creates those.
        if folder in reader.own and (not folder.startswith("/") or folder.count("/") > 2):
            folder = folder.rpartition("/")[0]
        if may_be_made(folder):
            found[folder] = None
    return tuple(found)[:MOST]


def is_personal(folder: str) -> bool:
    """Whether a folder probably exists on one computer only: absolute, and not below ``/tmp``."""
    common = folder == "/tmp" or folder.startswith("/tmp/")
    return not common and (folder.startswith("/") or bool(_DRIVE.match(folder + "/")))


def may_be_made(folder: str) -> bool:
    """Whether the sandbox may create ``folder`` (normalized) for a program."""
    # The two levels above the program's folder also belong to the scenario.
    up = re.sub(r"^(\.\./){1,2}(?!\.\.)", "", folder)
    if folder in ("", ".") or len(folder) > 200 or up.startswith(("..", "//")) or folder in _WHOLE:
        return False
    if _OURS.fullmatch(folder):
        return False
    if any(character in folder for character in '\0\n*?<>|"') or "://" in folder:
        return False
    if any("\ud800" <= character <= "\udfff" for character in folder):
        return False  # a lone surrogate, which JSON (the plan) cannot hold
    return not any(folder == kept or folder.startswith(kept + "/") for kept in _KEPT)


class _Reader(ast.NodeVisitor):
    """Collects the folders of all strings in a program that look like paths."""

    def __init__(self, tree: ast.AST) -> None:
        self.folders: list[str] = []
        self.own: set[str] = set()
        """Paths that the program creates or opens itself."""
        self._seen: set[int] = set()
        """Ids of the nodes inside an expression that is already noted."""
        self._folded: dict[int, str] = {}
        self._assigned: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if name := getattr(target, "attr", getattr(target, "id", "")):
                        self._assigned.setdefault(name, []).append(node.value)

    def generic_visit(self, node: ast.AST) -> None:
        """Note the folder that ``node`` names, if any, and visit its children."""
        if isinstance(node, ast.Call) and node.args:
            name = _called(node)
            first = self._fold(node.args[0])
            if name == "chdir":
                self._add(node, first)
            elif name in ("mkdir", "makedirs", "open") and first and _UNKNOWN not in first:
                self.own.add(os.path.normpath(first))
        if isinstance(node, ast.expr) and id(node) not in self._seen:
            text = self._fold(node).partition(_UNKNOWN)[0]
            if "/" in text and "\n" not in text and "://" not in text:
                self._add(node, text.rpartition("/")[0])
        super().generic_visit(node)

    def _add(self, node: ast.expr, folder: str) -> None:
        self.folders.append(folder)
        if id(node) not in self._seen:
            self._seen |= {id(part) for part in ast.walk(node)}

    def _fold(self, node: ast.expr) -> str:
        """The string that ``node`` evaluates to; unknown parts are :data:`_UNKNOWN`."""
        if id(node) not in self._folded:
            self._folded[id(node)] = _UNKNOWN  # for an expression that refers to itself
            text = self._evaluate(node)
            self._folded[id(node)] = text if len(text) <= _LONGEST else _UNKNOWN
        return self._folded[id(node)]

    def _evaluate(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=str(text)) if _UNKNOWN not in text:
                return text
            case ast.Name(id="__file__"):
                return "./program.py"
            case ast.Name(id=name) | ast.Attribute(attr=name) if (
                len(self._assigned.get(name, ())) == 1
            ):
                return self._fold(self._assigned[name][0])
            case ast.Attribute(value=path, attr="parent"):
                return self._fold(path).rpartition("/")[0]
            case ast.Subscript(slice=ast.Constant(value="HOME")):
                return "~"
            case ast.BinOp(left=form, op=ast.Mod(), right=right):
                values = right.elts if isinstance(right, ast.Tuple) else [right]
                return self._fill(r"%[-\d.]*[a-z]", form, values)
            case ast.Call(func=ast.Attribute(value=form, attr="format"), args=values):
                return self._fill(r"\{\}", form, values)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._fold(left) + self._fold(right)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self._fold(left) + "/" + self._fold(right)
            case ast.JoinedStr(values=parts):
                return "".join(self._fold(part) for part in parts)
            case ast.FormattedValue(value=value, format_spec=None):
                return self._fold(value)
            case ast.Call() if _called(node) == "home":
                return "~"
            case ast.Call() if _called(node) in ("getcwd", "cwd"):
                return "."
            case ast.Call(args=[path]) if _called(node) == "dirname":
                return self._fold(path).rpartition("/")[0]
            case ast.Call(func=ast.Attribute(value=path), args=[]) if _called(node) in _SAME:
                return self._fold(path)
            case ast.Call(func=ast.Attribute(value=path, attr="joinpath"), args=arguments):
                return "/".join(self._fold(each) for each in (path, *arguments))
            case ast.Call(args=arguments) if arguments and _called(node) in _JOINING:
                return "/".join(self._fold(each) for each in arguments)
        return _UNKNOWN

    def _fill(self, gap: str, form: ast.expr, values: list[ast.expr]) -> str:
        """Format ``form``: replace each match of the pattern ``gap`` with one of ``values``."""
        pieces = re.split(gap, self._fold(form))
        if len(pieces) != len(values) + 1:
            return pieces[0] + _UNKNOWN
        filled = [self._fold(value) for value in values]
        return pieces[0] + "".join(map("".join, zip(filled, pieces[1:], strict=True)))


_JOINING = (
    *("join", "expanduser", "Path", "PurePath", "PosixPath"),
    *("abspath", "realpath", "str"),
)
_SAME = ("resolve", "absolute", "expanduser")
"""Methods of a path that return the same path, spelled differently."""


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))
