"""The catalogues of translations, compared with the messages in the code.

``make catalogue`` runs this module: it adds new messages to each catalogue, without a translation,
and removes those that are no longer in the code.
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
"""Stands in place of a file for click's own messages, which are not extracted but kept."""

MessageId = str | tuple[str, str]
"""A message, or its singular and its plural."""

KEYWORDS = {"say": None, "say_count": (1, 2)}
"""The functions whose arguments are messages."""


def messages() -> Iterator[tuple[str, MessageId]]:
    """Every message in the code, with the file that it is in, relative to the package."""
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
    """Whether a message of a catalogue is one of click's own."""
    return any(file == CLICK for file, _ in message.locations)


def path(language: str) -> Path:
    """The file of a language's catalogue."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """A language's catalogue as it is stored; empty if there is none yet."""
    if not path(language).exists():
        return Catalog(locale=language)
    with path(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def updated(language: str) -> Catalog:
    """A language's catalogue with exactly the messages in the code and those of click."""
    known = read(language)
    new = Catalog(locale=language, fuzzy=False)
    for file, message in messages():
        new.add(message, _translation(known.get(message), message), locations=[(file, 0)])
    for entry in known:
        if is_of_click(entry):
            new.add(entry.id, entry.string, locations=entry.locations)
    return new


def forms(message: Message | None) -> tuple[str, ...]:
    """A message's translation: its one form, or one for each of the language's plural forms."""
    if message is None:
        return ("",)
    return message.string if isinstance(message.string, tuple) else (message.string,)


def is_translated(message: MessageId, catalogue: Catalog) -> bool:
    """Whether a catalogue has a translation of a message, in each of its forms."""
    entry = catalogue.get(message)
    return entry is not None and entry.id == message and all(forms(entry))


def _translation(entry: Message | None, message: MessageId) -> str | tuple[str, ...]:
    """The translation in a catalogue's entry. It is kept if the message has since become a plural,
    or stopped being one."""
    return forms(entry) if isinstance(message, tuple) else forms(entry)[0]


def write(language: str, catalogue: Catalog) -> None:
    """Write a catalogue sorted and without dates, so that a change of it is a small diff."""
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
            missing = [each for each in catalogue if each.id and not all(forms(each))]
            for message in missing:
                files = ", ".join(file for file, _ in message.locations)
                print(f"{language}: {files}: {message.id}")  # noqa: T201
            print(f"{language}: {len(missing)} messages have no translation")  # noqa: T201


if __name__ == "__main__":
    main()
