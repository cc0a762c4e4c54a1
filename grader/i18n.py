"""The languages of the grader: English, and those with a catalogue in ``locale``.

A catalogue is written as ``locale/LANGUAGE/LC_MESSAGES/grader.po``. The build, and ``make`` in a
development checkout, compiles it to the ``grader.mo`` beside it, which is what gettext reads.
"""

import gettext
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.model.text import UNTRANSLATED, Translate

ENGLISH = "en"
LANGUAGES = (ENGLISH, "zh")
"""As on the command line."""

DOMAIN = "grader"
LOCALES = Path(__file__).parent / "locale"
"""Holds ``LANGUAGE/LC_MESSAGES/DOMAIN.mo``."""

_OPTION = "--lang"


def translator(language: str) -> Translate:
    """Translates templates into ``language``, one of :data:`LANGUAGES`. Messages without a
    translation stay English, and so do all of them where no catalogue was compiled."""
    if language == ENGLISH:
        return UNTRANSLATED
    return Translate(gettext.translation(DOMAIN, LOCALES, [language], fallback=True))


def choose_language(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """The language of a command line: the value of ``--lang``, else that of the environment.

    It is needed before click parses the command line, whose errors are translated too. For a
    ``--lang`` that is not one of :data:`LANGUAGES`, which click then rejects, it is English.
    """
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        name, equals, value = argument.partition("=")
        if name == _OPTION:
            language = value if equals else "".join(arguments[at + 1 : at + 2])
            return language if language in LANGUAGES else ENGLISH
    # In the order of locale(7).
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := environment.get(variable):
            code = locale.replace("-", "_").partition("_")[0].partition(".")[0].lower()
            return code if code in LANGUAGES else ENGLISH
    return ENGLISH
