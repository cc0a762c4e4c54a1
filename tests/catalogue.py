"""The catalogues of translations: which messages there are, and what a catalogue lacks.

python tests/catalogue.py writes into each catalogue what the program has come to say, without a
translation, and takes out what it says no longer.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from grader.cli.click_i18n import help_messages
from grader.cli.main import cli
from grader.i18n import DOMAIN, ENGLISH, LANGUAGES, LOCALES
from grader.model.text import BETWEEN

PACKAGE = Path(__file__).parents[1] / "grader"

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
"""What gettext's tools need to know of a catalogue."""

CLICK = "click"
"""Where the messages come from that the library for command lines has: see its sources."""


MessageId = str | tuple[str, str]
"""A message, or its singular and its plural."""

KEYWORDS = {"say": None, "say_count": (1, 2)}


def messages() -> Iterator[tuple[str, MessageId]]:
    """Every message of the program's own that a person may read, with the file that says it."""
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    for file, _, message, _, _ in extract_from_dir(PACKAGE, methods, keywords=KEYWORDS):
        if isinstance(message, tuple):
            one, many = message
            yield file, (one, many)
        else:
            yield file, message
    for message in BETWEEN:
        yield "model/text.py", message
    for message in help_messages(cli):
        yield "cli/main.py", message


def is_of_click(message: Message) -> bool:
    """Whether a catalogue's message is said by the library for command lines."""
    return any(file == CLICK for file, _ in message.locations)


def path(language: str) -> Path:
    """A language's catalogue."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """A language's catalogue as it is; empty where there is none yet."""
    if not path(language).exists():
        return Catalog(locale=language)
    with path(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def updated(language: str) -> Catalog:
    """A language's catalogue with all messages, and no others."""
    known = read(language)
    new = Catalog(locale=language, fuzzy=False)
    for file, message in messages():
        there = known.get(message)
        new.add(message, _translation(there, message), locations=[(file, 0)])
    for there in known:
        if is_of_click(there):
            new.add(there.id, there.string, locations=there.locations)
    return new


def forms(message: Message | None) -> tuple[str, ...]:
    """A message's translation: its one form, or one for each of the language's plural forms."""
    if message is None:
        return ("",)
    return message.string if isinstance(message.string, tuple) else (message.string,)


def is_translated(message: MessageId, catalogue: Catalog) -> bool:
    """Whether a catalogue has every form of a message."""
    there = catalogue.get(message)
    return there is not None and there.id == message and all(forms(there))


def _translation(there: Message | None, message: MessageId) -> str | tuple[str, ...]:
    """What a catalogue has for ``message``, which may have become a plural, or ceased to be."""
    return forms(there) if isinstance(message, tuple) else forms(there)[0]


def write(language: str, catalogue: Catalog) -> None:
    """Write a catalogue in a way that keeps its changes small: sorted, and without dates."""
    path(language).parent.mkdir(parents=True, exist_ok=True)
    with path(language).open("wb") as file:
        file.write(HEADER.format(language=language, plurals=catalogue.plural_forms).encode())
        write_po(
            file, catalogue, width=100, sort_by_file=True, include_lineno=False, omit_header=True
        )


def main() -> None:
    """Bring every catalogue up to date."""
    for language in LANGUAGES:
        if language != ENGLISH:
            catalogue = updated(language)
            write(language, catalogue)
            missing = sum(1 for message in catalogue if message.id and not all(forms(message)))
            print(f"{language}: {missing} messages have no translation")  # noqa: T201


if __name__ == "__main__":
    main()
