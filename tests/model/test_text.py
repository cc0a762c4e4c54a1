"""Sentences: their values, their plurals, and how they are stored."""

from gettext import NullTranslations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from languages import replacing

from grader.model.text import Text, Translate, names, printable, say, say_count


def test_a_text_is_its_template_filled():
    assert str(say("{count} of {all} from {who}", count=1, all=2.5, who="me")) == "1 of 2.5 from me"
    assert str(say("{wall:.0f} ms", wall=12.6)) == "13 ms"
    assert str(say("nothing")) == "nothing"


def test_what_is_no_number_and_no_text_is_kept_as_its_str():
    inner = say("{a}", a=1)
    text = say("{path} {inner} {number}", path=Exception("x"), inner=inner, number=2)
    assert text.values == {"path": "x", "inner": inner, "number": 2}
    assert str(text) == "x 1 2"


@pytest.mark.parametrize(
    ("count", "said"), [(1, "x0 waits"), (2, "x0 and x1 waits"), (3, "x0, x1 and x2 waits")]
)
def test_of_several_texts_an_enumeration_is_made(count, said):
    assert str(say("{who} waits", who=names(f"x{n}" for n in range(count)))) == said


def test_in_another_language_every_template_is_another():
    chinese = {
        "{who} waits {s:.1f} s": "{who}等了{s:.1f}秒",
        "client {n}": "客户端{n}",
        " and ": "和",
    }
    text = say("{who} waits {s:.1f} s", who=(say("client {n}", n=1), *names(["{s}"])), s=2)
    assert text.render(replacing(chinese)) == "客户端1和{s}等了2.0秒"
    assert str(say("{template}", template="t")) == "t"


@given(st.text())
def test_a_value_is_never_taken_for_a_template(value):
    assert str(say("<{value}>", value=value)) == f"<{value}>"
    assert str(say("{value}", value="{value.__class__} {0} {")) == "{value.__class__} {0} {"


def test_a_text_survives_being_stored():
    text = say("{a} {b} {c} {d}", a="{}", b=1, c=say("x"), d=names("yz"))
    assert msgspec.json.decode(msgspec.json.encode(text), type=Text) == text


@given(st.text() | st.text("#:[a \x1b\xad"))
def test_printable_text_moves_nothing(text):
    shown = printable(text)
    assert len(shown.replace(" ", "")) == len(text.replace(" ", ""))
    shown.encode()
    assert not set(shown) & {
        "\x1b",
        "\r",
        "\n",
        "\a",
        "\x9b",
        "\u202e",
        "\u2067",
        "\u200f",
        "\u061c",
    }
    assert printable(shown) == shown


@pytest.mark.parametrize(
    "text", ["plain", "早上好：😀", "a\tb", "[red]x[/red]", "✓ │", "## 1", "::1", "a::b"]
)
def test_what_is_printable_stays(text):
    assert printable(text) == text


def lines(count: int) -> Text:
    return say_count("{count} line of {file}", "{count} lines of {file}", count=count, file="a.log")


@pytest.mark.parametrize(
    ("count", "sentence"),
    [(0, "0 lines of a.log"), (1, "1 line of a.log"), (2, "2 lines of a.log")],
)
def test_a_sentence_agrees_with_its_count(count, sentence):
    assert str(lines(count)) == sentence


@pytest.mark.parametrize(
    ("count", "sentence"),
    [(0.5, "0.5 points"), (1.0, "1 point"), (1.5, "1.5 points"), (2.0, "2 points")],
)
def test_a_fraction_is_several(count, sentence):
    assert str(say_count("{count:g} point", "{count:g} points", count=count)) == sentence


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
