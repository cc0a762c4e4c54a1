"""Sentences: their values, their plurals, and how they are stored."""

from gettext import NullTranslations

import msgspec
import pytest

from grader.model.text import Text, Translate, say, say_count


def lines(count: int) -> Text:
    return say_count("{count} line of {file}", "{count} lines of {file}", count=count, file="a.log")


@pytest.mark.parametrize(
    ("count", "sentence"),
    [(0, "0 lines of a.log"), (1, "1 line of a.log"), (2, "2 lines of a.log")],
)
def test_a_sentence_agrees_with_its_count(count, sentence):
    assert str(lines(count)) == sentence


def test_a_language_chooses_the_form_for_a_count_itself():
    class French(NullTranslations):
        def ngettext(self, one: str, many: str, count: int) -> str:
            return one if count < 2 else many

    assert lines(0).render(Translate(French())) == "0 line of a.log"


def test_each_sentence_of_an_enumeration_has_its_own_count():
    several = say("{what} differ", what=(lines(1), lines(2)))
    assert str(several) == "1 line of a.log and 2 lines of a.log differ"


@pytest.mark.parametrize("text", [lines(1), say("it has ended"), say("{n}", n=lines(2))])
def test_a_stored_sentence_is_read_as_it_was(text):
    assert msgspec.json.decode(msgspec.json.encode(text), type=Text) == text


def test_a_sentence_stored_before_there_were_plurals_is_read():
    stored = b'{"template": "{count} lines", "values": {"count": 2}}'
    assert str(msgspec.json.decode(stored, type=Text)) == "2 lines"


def test_no_catalogues_header_is_shown_for_an_empty_sentence():
    class WithHeader(NullTranslations):
        def gettext(self, message: str) -> str:
            return message or "Project-Id-Version: ..."

    assert say("").render(Translate(WithHeader())) == ""
