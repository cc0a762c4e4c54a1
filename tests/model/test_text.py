"""Sentences: their values, their plurals, and storing them."""

from gettext import NullTranslations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from languages import replacing

from grader.model.text import Text, Translate, names, printable, say, say_count


def test_a_text_is_rendered_from_its_template():
    assert str(say("{count} of {all} from {who}", count=1, all=2.5, who="me")) == "1 of 2.5 from me"
    assert str(say("{wall:.0f} ms", wall=12.6)) == "13 ms"
    assert str(say("nothing")) == "nothing"


def test_other_values_are_stored_as_strings():
    inner = say("{a}", a=1)
    text = say("{path} {inner} {number}", path=Exception("x"), inner=inner, number=2)
    assert text.values == {"path": "x", "inner": inner, "number": 2}
    assert str(text) == "x 1 2"


@pytest.mark.parametrize(
    ("count", "said"), [(1, "x0 waits"), (2, "x0 and x1 waits"), (3, "x0, x1 and x2 waits")]
)
def test_several_texts_render_as_an_enumeration(count, said):
    assert str(say("{who} waits", who=names(f"x{n}" for n in range(count)))) == said


def test_every_template_in_a_text_is_translated():
    chinese = {
        "{who} waits {s:.1f} s": "{who}等了{s:.1f}秒",
        "client {n}": "客户端{n}",
        " and ": "和",
    }
    text = say("{who} waits {s:.1f} s", who=(say("client {n}", n=1), *names(["{s}"])), s=2)
    assert text.render(replacing(chinese)) == "客户端1和{s}等了2.0秒"
    assert str(say("{template}", template="t")) == "t"


@given(st.text())
def test_a_value_is_never_interpreted_as_a_template(value):
    assert str(say("<{value}>", value=value)) == f"<{value}>"
    assert str(say("{value}", value="{value.__class__} {0} {")) == "{value.__class__} {0} {"


def test_a_text_with_nested_values_survives_storage():
    text = say("{a} {b} {c} {d}", a="{}", b=1, c=say("x"), d=names("yz"))
    assert msgspec.json.decode(msgspec.json.encode(text), type=Text) == text


@given(st.text() | st.text("#:[a \x1b\xad"))
def test_printable_text_has_no_control_characters(text):
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
def test_harmless_text_is_unchanged(text):
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
def test_a_fraction_takes_the_plural(count, sentence):
    assert str(say_count("{count:g} point", "{count:g} points", count=count)) == sentence


def test_each_language_has_its_own_plural_rule():
    class French(NullTranslations):
        def ngettext(self, one: str, many: str, count: int) -> str:
            return one if count < 2 else many

    assert lines(0).render(Translate(French())) == "0 line of a.log"


def test_each_sentence_of_an_enumeration_has_its_own_count():
    several = say("{what} differ", what=(lines(1), lines(2)))
    assert str(several) == "1 line of a.log and 2 lines of a.log differ"


@pytest.mark.parametrize("text", [lines(1), say("it has ended"), say("{n}", n=lines(2))])
def test_a_sentence_survives_storage(text):
    assert msgspec.json.decode(msgspec.json.encode(text), type=Text) == text


def test_a_sentence_stored_without_a_plural_is_read():
    stored = b'{"template": "{count} lines", "values": {"count": 2}}'
    assert str(msgspec.json.decode(stored, type=Text)) == "2 lines"


def test_an_empty_sentence_does_not_show_the_catalogues_header():
    class WithHeader(NullTranslations):
        def gettext(self, message: str) -> str:
            return message or "Project-Id-Version: ..."

    assert say("").render(Translate(WithHeader())) == ""
