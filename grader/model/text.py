"""Sentences for people, kept apart from the values in them.

A :class:`Text` is a template and its values, so that the report, not the check that wrote the
sentence, decides how it is shown: escaped for HTML, or in another language.
"""

import re
from collections.abc import Iterable
from gettext import NullTranslations
from string import Formatter
from typing import Any, Union

import msgspec

from grader.model.numbers import Number

UNSEEN = (
    "\xad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
"""Unicode's format characters and line separators, as ranges: they reverse a line, break it, or
are invisible."""

_COMMAND = re.compile(r"#(?=#[\w.]*\[)")
_ACTION = re.compile(r":(?=:\s*[A-Za-z])")
"""The start of a command to a CI runner: ``##[name]`` or ``##vso[name]``, and, if ``::`` follows
somewhere, ``::name::``. A runner accepts the last after blanks, so it also counts where a long line
was folded."""

_UNPRINTABLE = re.compile(f"[\x00-\x08\x0a-\x1f\x7f-\x9f{UNSEEN}]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    """Replace characters that would move the cursor, reorder a line or ring the bell."""
    return _SURROGATE.sub("?", _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text))


def printable(text: str) -> str:
    """Make text safe for a line of a terminal or of a CI runner's log: as :func:`visible` does, and
    a space breaks up commands to the runner."""
    shown = visible(text)  # one line
    last = max(0, shown.rfind("::"))
    shown = _ACTION.sub(r"\g<0> ", shown[:last]) + shown[last:]
    return _COMMAND.sub(r"\g<0> ", shown)


def cut(text: str, most: int) -> str:
    """Return ``text``, or its first ``most`` characters and ``…`` if it is longer."""
    return text if len(text) <= most else text[:most] + "…"


Value = Union[str, Number, float, "Text", tuple["Text", ...]]

BETWEEN = (", ", " and ")
"""The separators of an enumeration: between its texts, and before the last one."""


class Translate:
    """Translates English templates into one language; without a translation they stay English."""

    def __init__(self, translations: NullTranslations | None = None) -> None:
        self._translations = translations or NullTranslations()

    def __call__(self, template: str, plural: str | None = None, count: float = 1) -> str:
        """The translation of ``template``, or of its form for ``count`` if it has a ``plural``."""
        if not template:
            # gettext keeps the catalogue's header under the empty string.
            return template
        if plural is None:
            translation = self._translations.gettext(template)
            if translation != template:
                return translation
            # It may have a plural by now. Older releases of Python 3.11 do not look for that.
            return self._translations.ngettext(template, template, 1)
        # gettext has forms for whole numbers only. A fraction, 0.5 points, takes that of many.
        return self._translations.ngettext(template, plural, int(count) if count % 1 == 0 else 2)


UNTRANSLATED = Translate()
"""Leaves templates in English."""


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence or label: an English ``template`` with ``{name}`` fields, and their values.

    A text with a ``plural`` counts something: ``template`` applies if its value ``count`` is 1,
    ``plural`` otherwise. A tuple of texts renders as an enumeration. The values may hold a
    student's bytes, decoded: nothing in them is trusted.
    """

    template: str
    values: dict[str, Value] = {}
    plural: str | None = None

    def render(self, translate: Translate) -> str:
        """The sentence in the language of ``translate``."""
        count = self.values.get("count")
        if self.plural is not None and isinstance(count, int | float):
            template = translate(self.template, self.plural, count)
        else:
            template = translate(self.template)
        values = {name: _rendered(value, translate) for name, value in self.values.items()}
        try:
            return template.format_map(values)
        except (KeyError, ValueError):
            # A stored text may have other values than the one whose template was translated.
            return self.template.format_map(values)

    def __str__(self) -> str:
        return self.render(UNTRANSLATED)


def _rendered(value: Value, translate: Translate) -> str | int | float:
    if isinstance(value, Text):
        return value.render(translate)
    if isinstance(value, tuple):
        *most, last = (text.render(translate) for text in value)
        comma, conjunction = map(translate, BETWEEN)
        return conjunction.join([comma.join(most), last] if most else [last])
    return value


DEEPEST = 20
"""Texts within each other in a stored text."""

_FIELD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_FORMAT = re.compile(r"(\.[0-9])?[fg]")


def rendered_size(text: Text, depth: int = 0) -> int:
    """Check a text that was stored, and return how many characters it has in English: a short
    template may name one long value many times, or a width of a billion.

    Raises:
        ValueError: it has a field without a value or with another format than texts have, or is
            nested too deeply.
    """
    if depth > DEEPEST:
        raise ValueError("texts are nested too deeply")
    sizes = {name: _size(value, depth + 1) for name, value in text.values.items()}
    forms = (text.template, text.template if text.plural is None else text.plural)
    return max(_template_size(form, text.values, sizes) for form in forms)


def _size(value: Value, depth: int) -> int:
    match value:
        case Text():
            return rendered_size(value, depth)
        case tuple():
            if not value:
                raise ValueError("an enumeration is empty")
            return sum(rendered_size(each, depth) + len(BETWEEN[1]) for each in value)
        case str():
            return len(value)
    return _NUMBER


_NUMBER = 330
"""Characters of the longest number: a float without an exponent."""


def _template_size(template: str, values: dict[str, Value], sizes: dict[str, int]) -> int:
    size = 0
    for literal, name, form, conversion in Formatter().parse(template):
        size += len(literal)
        if name is None:
            continue
        if not _FIELD.fullmatch(name) or conversion or name not in values:
            raise ValueError(f"a field {name[:50]!r} without a value")
        if form and not (isinstance(values[name], int | float) and _FORMAT.fullmatch(form)):
            raise ValueError(f"a field with the format {form[:50]!r}")
        size += sizes[name]
    return size


def say(template: str, /, **values: Any) -> Text:
    """Make a :class:`Text`. Numbers, texts and non-empty tuples of texts are kept as they are;
    any other value is stored as its ``str``."""
    return Text(template, {name: _kept(value) for name, value in values.items()})


def say_count(one: str, many: str, /, *, count: float, **values: Any) -> Text:
    """Make a :class:`Text` about ``count`` things: ``one`` is its template if ``count`` is 1,
    ``many`` otherwise. The other values are as for :func:`say`."""
    kept = {name: _kept(value) for name, value in values.items()}
    return Text(one, {"count": count, **kept}, many)


def _kept(value: Any) -> Value:
    if isinstance(value, int | float | Text):
        return value
    if isinstance(value, tuple) and value and all(isinstance(each, Text) for each in value):
        return value
    return str(value)


def names(texts: Iterable[str]) -> tuple[Text, ...]:
    """Make texts for an enumeration of names that are not translated: paths, ports and the like."""
    return tuple(say("{name}", name=text) for text in texts)
