"""The languages in which the grader speaks: English, and what has a catalogue in ``locale``.

A catalogue is read as it is written (``.po``), so that nothing has to be compiled, and what a
translator changes is there at once. It is read only where it is needed.
"""

import os
from collections.abc import Mapping, Sequence
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from grader.model.text import UNTRANSLATED, Translate

ENGLISH = "en"
LANGUAGES = (ENGLISH, "zh")
"""As on the command line."""

CATALOGUES = Path(__file__).parent / "locale"
"""Holds ``LANGUAGE.po``."""

_OPTION = "--lang"


def translator(language: str) -> Translate:
    """Takes templates to ``language``, one of :data:`LANGUAGES`; one without a translation stays
    English."""
    if language == ENGLISH:
        return UNTRANSLATED
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translate(GNUTranslations(compiled))


def chosen(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """The language of a command line: what ``--lang`` names, else that of the environment.

    It is needed before the command line is understood, which may have to be complained of. What
    ``--lang`` names and is none is left to those complaints.
    """
    for at, argument in enumerate(arguments):
        if argument == "--":
            break
        name, given, value = argument.partition("=")
        if name == _OPTION:
            asked = value if given else "".join(arguments[at + 1 : at + 2])
            return asked if asked in LANGUAGES else ENGLISH
    # In the order in which gettext(3) asks.
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := environment.get(variable):
            code = locale.replace("-", "_").partition("_")[0].partition(".")[0].lower()
            return code if code in LANGUAGES else ENGLISH
    return ENGLISH
