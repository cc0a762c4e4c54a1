"""Sentences for people, kept apart from the values in them.

A :class:`Text` is a template and what goes into it, so that a report decides how a sentence
is shown (escaped for HTML, in another language) and not the check that wrote it.
"""

import re
from typing import Any

import msgspec

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """Text without what would move a cursor, reorder a line or ring a bell, for a terminal."""
    return _SURROGATE.sub("?", _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text))


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence or label: an English ``template`` with ``{name}`` fields, and their values.

    The values may hold a student's bytes, decoded: nothing in them is trusted.
    """

    template: str
    values: dict[str, str | int | float] = {}

    def __str__(self) -> str:
        return self.template.format_map(self.values)


def say(template: str, /, **values: Any) -> Text:
    """Make a :class:`Text`; a value that is no number is kept as its ``str``."""
    return Text(
        template,
        {
            name: value if isinstance(value, int | float) else str(value)
            for name, value in values.items()
        },
    )
