"""The catalogues of translations: which messages there are, and what a catalogue lacks.

python tests/catalogue.py writes into each catalogue what the program has come to say, without a
translation, and takes out what it says no longer.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from grader.cli.click_i18n import helps
from grader.cli.main import cli
from grader.i18n import CATALOGUES, ENGLISH, LANGUAGES
from grader.model.text import BETWEEN

PACKAGE = Path(__file__).parents[1] / "grader"

CLICK = "click"
"""Where the messages come from that the library for command lines has: see its sources."""


def messages() -> Iterator[tuple[str, str]]:
    """Each text of the program's own that a person may read: where it is said, and the text."""
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    for file, _, message, _, _ in extract_from_dir(PACKAGE, methods, keywords={"say": None}):
        assert isinstance(message, str)
        yield file, message
    for message in BETWEEN:
        yield "model/text.py", message
    for message in helps(cli):
        yield "cli/main.py", message


def is_of_click(message: Message) -> bool:
    """Whether a catalogue's message is said by the library for command lines."""
    return any(file == CLICK for file, _ in message.locations)


def path(language: str) -> Path:
    """A language's catalogue."""
    return CATALOGUES / f"{language}.po"


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
        new.add(message, there.string if there else "", locations=[(file, 0)])
    for there in known:
        if is_of_click(there):
            new.add(there.id, there.string, locations=there.locations)
    return new


def write(language: str, catalogue: Catalog) -> None:
    """Write a catalogue so that a change of it is easy to read."""
    with path(language).open("wb") as file:
        write_po(
            file, catalogue, width=100, sort_by_file=True, include_lineno=False, omit_header=True
        )


def main() -> None:
    """Bring every catalogue up to date."""
    for language in LANGUAGES:
        if language != ENGLISH:
            catalogue = updated(language)
            write(language, catalogue)
            missing = sum(1 for message in catalogue if message.id and not message.string)
            print(f"{language}: {missing} messages have no translation")  # noqa: T201


if __name__ == "__main__":
    main()
