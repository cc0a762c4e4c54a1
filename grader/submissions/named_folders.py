"""The folders that a program names: found in its text, which is not run.

A log at ``/home/tarena/day08/log.txt`` is right on its author's computer, where that folder is; so
the sandbox makes it.
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
"""What the system's own programs are in, or the sandbox's: nothing is put below these."""

_OURS = re.compile(r"/work(/[0-9]+(/.*)?)?", re.ASCII)
"""In which the scenarios' own folders are, and those."""

_WHOLE = ("/opt", "/usr", "/usr/local", "/var", "/run")
"""What may be put something into, and not be given away."""

MOST = 16
"""Folders that are made for one program."""
_LONGEST = 1000
"""Characters of a text that may be a path. Without a limit thirty lines could double one to more
than any memory holds."""

_UNKNOWN = "\0"
"""Stands for a part of a text that is known only when the program runs."""


def named_folders(source: bytes) -> tuple[str, ...]:
    """The folders in which a program's texts say that files are, at most :data:`MOST`.

    Absolute ones, ones below ``~/``, and relative ones. Texts are put together as the program
    does it where that can be seen (``+``, f-strings, ``os.path.join``, ``Path(…) / …``, names
    that are set once). Of a path the folder is what stands before its last ``/``; what is given
    to ``os.chdir`` is one itself. What the program itself makes or opens is left to it:
    ``os.mkdir`` fails where it is there.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # '\U' in a path of Windows, for example
        try:
            tree = ast.parse(source)
            reader = _Reader(tree)
            reader.visit(tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ()
    found: dict[str, None] = {}
    for text in reader.folders:
        folder = os.path.normpath(text) if text.strip("/") else ""
        # Near the root it could not make one: there it has to be made.
        if folder in reader.own and (not folder.startswith("/") or folder.count("/") > 2):
            folder = folder.rpartition("/")[0]
        if may_be_made(folder):
            found[folder] = None
    return tuple(found)[:MOST]


def is_personal(folder: str) -> bool:
    """Whether a folder is one of a certain computer: absolute, and not there on every one."""
    common = folder == "/tmp" or folder.startswith("/tmp/")
    return not common and (folder.startswith("/") or bool(_DRIVE.match(folder + "/")))


def may_be_made(folder: str) -> bool:
    """Whether the sandbox may make ``folder`` (normalised) for a program that misses it."""
    # Two folders above the program's own are the scenario's, too.
    up = re.sub(r"^(\.\./){1,2}(?!\.\.)", "", folder)
    if folder in ("", ".") or len(folder) > 200 or up.startswith(("..", "//")) or folder in _WHOLE:
        return False
    if _OURS.fullmatch(folder):
        return False
    if any(character in folder for character in '\0\n*?<>|"') or "://" in folder:
        return False
    if any("\ud800" <= character <= "\udfff" for character in folder):
        return False  # half a character: no text, which a plan is
    return not any(folder == kept or folder.startswith(kept + "/") for kept in _KEPT)


class _Reader(ast.NodeVisitor):
    """Collects what looks like paths."""

    def __init__(self, tree: ast.AST) -> None:
        self.folders: list[str] = []
        self.own: set[str] = set()
        """Paths that the program makes or opens itself."""
        self._told: set[int] = set()
        """Expressions that are part of one that was noted."""
        self._folded: dict[int, str] = {}
        self._set: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if name := getattr(target, "attr", getattr(target, "id", "")):
                        self._set.setdefault(name, []).append(node.value)

    def generic_visit(self, node: ast.AST) -> None:
        """Note what a node says of folders; what is in it says more."""
        if isinstance(node, ast.Call) and node.args:
            name = _called(node)
            first = self._fold(node.args[0])
            if name == "chdir":
                self._add(node, first)
            elif name in ("mkdir", "makedirs", "open") and first and _UNKNOWN not in first:
                self.own.add(os.path.normpath(first))
        if isinstance(node, ast.expr) and id(node) not in self._told:
            text = self._fold(node).partition(_UNKNOWN)[0]
            if "/" in text and "\n" not in text and "://" not in text:
                self._add(node, text.rpartition("/")[0])
        super().generic_visit(node)

    def _add(self, node: ast.expr, folder: str) -> None:
        self.folders.append(folder)
        self._told |= {id(part) for part in ast.walk(node)}

    def _fold(self, node: ast.expr) -> str:
        """A text as the program puts it together, with what is not known left open."""
        if id(node) not in self._folded:
            self._folded[id(node)] = _UNKNOWN  # what it is to itself, if it names itself
            text = self._put_together(node)
            self._folded[id(node)] = text if len(text) <= _LONGEST else _UNKNOWN
        return self._folded[id(node)]

    def _put_together(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=str(text)) if _UNKNOWN not in text:
                return text
            case ast.Name(id="__file__"):
                return "./program.py"
            case ast.Name(id=name) | ast.Attribute(attr=name) if len(self._set.get(name, ())) == 1:
                return self._fold(self._set[name][0])
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
        """A form with ``values`` in its gaps."""
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
"""Methods of a path that make another name of it."""


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))
