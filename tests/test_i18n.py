"""Translations are complete, compiled and have their messages' fields; how a language is chosen."""

import string
from gettext import GNUTranslations
from io import BytesIO

import catalogue
import pytest
from babel.messages.mofile import write_mo

from grader.checks.phrases import join_clauses, source
from grader.i18n import ENGLISH, LANGUAGES, choose_language, translator
from grader.model.text import say

OTHERS = [language for language in LANGUAGES if language != ENGLISH]


def fields(template: str) -> set[tuple[str, str]]:
    """The fields of a template, with how each is written."""
    parsed = string.Formatter().parse(template)
    return {(name, form or "") for _, name, form, _ in parsed if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_has_a_translation(language: str) -> None:
    catalogued = catalogue.read(language)
    missing = [
        f"{file}: {message}"
        for file, message in catalogue.messages()
        if not catalogue.is_translated(message, catalogued)
    ]
    assert not missing, (
        "`make catalogue` adds these to grader/locale; translate them there, then run it again:\n"
        + "\n".join(missing)
    )


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_obsolete(language: str) -> None:
    said = {message for _, message in catalogue.messages()}
    obsolete = [
        str(message.id)
        for message in catalogue.read(language)
        if message.id and message.id not in said and not catalogue.is_of_click(message)
    ]
    assert not obsolete, "make catalogue takes them out"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_same_fields(language: str) -> None:
    for message in filter(lambda message: message.id, catalogue.read(language)):
        assert not message.fuzzy
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        for form in catalogue.forms(message):
            assert fields(form) == fields(ids[-1]), message.id
        if not catalogue.is_of_click(message):
            assert fields(ids[0]) <= fields(ids[-1]), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_is_up_to_date(language: str) -> None:
    written = BytesIO()
    write_mo(written, catalogue.read(language))
    written.seek(0)
    expected = messages_of(GNUTranslations(written))
    path = catalogue.path(language).with_suffix(".mo")
    assert path.exists(), "make catalogue compiles it"
    with path.open("rb") as file:
        assert messages_of(GNUTranslations(file)) == expected, "make catalogue compiles it"


def messages_of(translations: GNUTranslations) -> dict[object, str]:
    """All messages but the header, which holds a date."""
    return {key: value for key, value in vars(translations)["_catalog"].items() if key}


def test_a_message_is_translated_with_the_texts_inside_it() -> None:
    text = say(
        "{does}, while {waiting}",
        does=say("it is blocked {where}", where=say("in `{call}`", call="recv")),
        waiting=join_clauses(
            (
                say("data from {source} is waiting to be read", source=source("client 2")),
                say("a typed line is waiting to be read"),
            )
        ),
    )
    result = text.render(translator("zh"))
    assert (
        result == "程序阻塞在`recv`处，而客户端2发来的数据还没有被读取；终端输入的内容还没有被读取"
    )


def test_a_message_without_a_translation_stays_english() -> None:
    assert translator("zh")("no message of ours: {x}") == "no message of ours: {x}"
    assert translator(ENGLISH)("pass") == "pass"


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ("x.py", {}, "en"),
        ("x.py", {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("x.py", {"LANG": "zh"}, "zh"),
        ("x.py", {"LANG": "zh-Hans"}, "zh"),
        ("x.py", {"LANG": "C.UTF-8"}, "en"),
        ("x.py", {"LANG": "de_DE.UTF-8"}, "en"),
        ("x.py", {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ("x.py", {"LANG": "en_US", "LC_MESSAGES": "zh_TW"}, "zh"),
        ("x.py", {"LC_ALL": "", "LANG": "zh_CN"}, "zh"),
        ("--lang zh x.py", {}, "zh"),
        ("x.py --lang=zh", {"LANG": "en_US"}, "zh"),
        ("x.py --lang en", {"LANG": "zh_CN"}, "en"),
        ("x.py --lang", {"LANG": "zh_CN"}, "en"),
        ("x.py --lang klingon", {"LANG": "zh_CN"}, "en"),
        ("-- --lang zh", {}, "en"),
    ],
)
def test_the_language_of_a_command_line(
    arguments: str, environment: dict[str, str], language: str
) -> None:
    assert choose_language(arguments.split(), environment) == language
