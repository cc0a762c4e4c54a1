"""Texts as HTML. Only a template's own marks become elements, never what a student wrote."""

import re

from markupsafe import Markup, escape

from grader.model.text import Text, Translate, Value, visible

_MARKS = re.compile(r"`([^`]+)`|\*([^\s*][^*]*)\*")
_PLACE = re.compile("\ue000(\\d+)\ue001")
_FREE = re.compile("[\ue000\ue001]")


def to_html(text: Text, translate: Translate) -> Markup:
    """``text`` with ``<code>`` for what its template has between backticks, and ``<em>`` for what
    it has between asterisks."""
    values: list[str] = []
    rendered = _with_places(text, values).render(translate)
    marked = _MARKS.sub(_element, str(escape(visible(rendered))))
    return Markup(_PLACE.sub(lambda place: str(escape(visible(_at(place, values)))), marked))


def to_plain(text: Text, translate: Translate) -> str:
    """``text`` without these marks, for attributes and pictures."""
    values: list[str] = []
    rendered = _with_places(text, values).render(translate)
    plain = _MARKS.sub(lambda match: match[1] or match[2], rendered)
    return visible(_PLACE.sub(lambda place: _at(place, values), plain))


def _element(match: re.Match[str]) -> str:
    code, stressed = match.groups()
    return f"<code>{code}</code>" if code is not None else f"<em>{stressed}</em>"


def _at(place: re.Match[str], values: list[str]) -> str:
    number = int(place[1][:9])
    return values[number] if number < len(values) else ""


def _with_places(text: Text, values: list[str]) -> Text:
    """``text`` with a mark in place of each string among its values, which join ``values``."""

    def placed(value: Value) -> Value:
        match value:
            case Text():
                return _with_places(value, values)
            case tuple():
                return tuple(_with_places(each, values) for each in value)
            case str():
                values.append(value)
                return f"\ue000{len(values) - 1}\ue001"
        return value

    template = _FREE.sub("", text.template)
    plural = text.plural if text.plural is None else _FREE.sub("", text.plural)
    return Text(template, {name: placed(value) for name, value in text.values.items()}, plural)


def names_lesson(hint: str) -> bool:
    """Whether a hint ends with its lesson, in parentheses."""
    return hint.rstrip().endswith((")", "）"))


_CLASSES = {
    "c": "c", "k": "k", "ow": "k", "s": "s", "m": "m", "nb": "b", "bp": "b", "nf": "f", "nc": "f"
}  # fmt: skip


def highlight(lines: list[str]) -> list[Markup]:
    """The ``lines`` of a Python program with classes for its syntax: ``c`` for comments, ``k`` for
    keywords, ``s`` for strings, ``m`` for numbers, ``b`` for built-in names, and ``f`` for names
    that are defined."""
    # Imported here because only pages with a program need it.
    from pygments.lexers.python import PythonLexer
    from pygments.token import STANDARD_TYPES

    lexer = PythonLexer(stripnl=False, ensurenl=False)
    shown: list[list[str]] = [[]]
    for kind, text in lexer.get_tokens("\n".join(lines)):
        # Pygments' own short names: c1 is a kind of comment, kn one of keyword.
        short = STANDARD_TYPES.get(kind, "")
        name = _CLASSES.get(short, _CLASSES.get(short[:1], ""))
        for number, part in enumerate(text.split("\n")):
            if number:
                shown.append([])
            if part:
                safe = str(escape(part))
                shown[-1].append(f'<span class="{name}">{safe}</span>' if name else safe)
    found = [Markup("".join(parts)) for parts in shown]
    # The lexer normalises line breaks; should it ever add or drop one, colours are not worth it.
    return found if len(found) == len(lines) else [escape(line) for line in lines]
