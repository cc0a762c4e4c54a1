"""How a program looks: its names, imports, quotation marks, indentation and comments."""

import ast
import io
import re
import sys
import tokenize
from pathlib import Path

_TABLE = Path(__file__).with_name("names.txt").read_text("utf-8")

_COLUMNS = list(zip(*map(str.split, _TABLE.splitlines()), strict=True))

NAMES = {style: dict(zip(_COLUMNS[0][1:], names, strict=True)) for style, *names in _COLUMNS[1:]}
"""By naming style, the name of each role."""

COMMENTS = {
    "chinese": {
        "listen": "创建监听套接字",
        "log": "打开日志文件",
        "watch": "关注的IO",
        "wait": "阻塞等待IO发生",
        "connect": "有新的客户端连接",
        "line": "终端输入",
        "data": "客户端发来消息",
        "leave": "客户端断开",
        "record": "写入日志",
    },
    "english": {
        "listen": "the listening socket",
        "log": "open the log",
        "watch": "what select watches",
        "wait": "block until something is ready",
        "connect": "a new client",
        "line": "a line was typed",
        "data": "a client sent something",
        "leave": "the client has gone",
        "record": "write a record",
    },
}

_ROLE = re.compile(r"\$([a-z_]+)")
_IMPORTED = re.compile(r"@([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")
_COMMENT = re.compile(r"( *)#: (\w+)")

_DOTTED = ("logging.handlers", "os.path", "xml.sax.saxutils")
"""Modules in packages."""
_WHOLE = ("os", "io", "codecs", "logging", "logging.handlers", "csv", "signal", "traceback")
"""Modules from which nothing is imported by name: it would hide something built in, or be odd."""
_STARRED = ("socket", "select", "time")
"""Modules of which students import everything."""
_ALIASES = {"socket": "sk", "select": "sel_mod", "datetime": "dt", "json": "js", "time": "tm"}


def comment(lines: list[str], language: str) -> list[str]:
    """``lines`` with the comments in ``language``, or without."""
    texts = COMMENTS.get(language, {})
    commented = []
    for line in lines:
        found = _COMMENT.fullmatch(line)
        if not found:
            commented.append(line)
        elif texts:
            commented.append(f"{found[1]}# {texts[found[2]]}")
    return commented


def name(source: str, style: str, state: set[str], prefix: str) -> str:
    """``source`` with a name for each role; those in ``state`` follow ``prefix``."""
    names = NAMES[style]
    return _ROLE.sub(lambda found: (prefix if found[1] in state else "") + names[found[1]], source)


def import_(source: str, style: str) -> tuple[list[str], str]:
    """The imports that ``source`` needs, and ``source`` as it uses what they import."""
    needed: dict[str, set[str]] = {}

    def use(found: re.Match[str]) -> str:
        module, attribute, rest = _split(found[1])
        needed.setdefault(module, set()).add(attribute)
        by_name = module not in _WHOLE and style in ("from", "star")
        if by_name and not (style == "star" and module not in _STARRED):
            return attribute + rest
        if style == "alias" and module in _ALIASES:
            return f"{_ALIASES[module]}.{attribute}{rest}"
        return f"{module}.{attribute}{rest}"

    source = _IMPORTED.sub(use, source)
    whole, named = [], []
    for module in sorted(needed):
        if style == "from" and module not in _WHOLE:
            named.append(f"from {module} import {', '.join(sorted(needed[module]))}")
        elif style == "star" and module in _STARRED:
            named.append(f"from {module} import *")
        elif style == "alias" and module in _ALIASES:
            whole.append(f"import {module} as {_ALIASES[module]}")
        else:
            whole.append(f"import {module}")
    if style == "one_line" and whole:
        whole = ["import " + ", ".join(line.removeprefix("import ") for line in whole)]
    return whole + named, source


def _split(dotted: str) -> tuple[str, str, str]:
    """Module, attribute, and the rest (with its dot) of a dotted name."""
    for module in _DOTTED:
        if dotted.startswith(module + "."):
            break
    else:
        module = dotted.partition(".")[0]
    attribute, dot, rest = dotted[len(module) + 1 :].partition(".")
    return module, attribute, dot + rest


def double_quoted(source: str) -> str:
    """``source`` with double quotation marks where that changes nothing else."""
    tokens, depth = [], 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if sys.version_info >= (3, 12):
            depth += {tokenize.FSTRING_START: 1, tokenize.FSTRING_END: -1}.get(token.type, 0)
        if token.type == tokenize.STRING and not depth and _plain(token.string):
            tokens.append((token.start, token.end, token.string.replace("'", '"')))
    lines = source.splitlines(keepends=True)
    for (row, start), (_, end), text in reversed(tokens):
        line = lines[row - 1]
        lines[row - 1] = line[:start] + text + line[end:]
    return "".join(lines)


def _plain(literal: str) -> bool:
    return (
        literal.count("'") == 2
        and '"' not in literal
        and "\\" not in literal
        and literal.lstrip("b").startswith("'")
    )


def reindent(source: str, by: str) -> str:
    """``source`` indented by ``by`` in place of four spaces."""
    lines = []
    for line in source.split("\n"):
        text = line.lstrip(" ")
        lines.append(by * ((len(line) - len(text)) // 4) + text)
    return "\n".join(lines)


def valid(source: str) -> bool:
    """Whether ``source`` is Python."""
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def tidy(source: str) -> str:
    """``source`` without more than two blank lines in a row, or any at its end."""
    return re.sub(r"\n{4,}", "\n\n\n", source).strip("\n") + "\n"
