"""Chinese as it is set and as the lecture says it: in the catalogue and in the documents."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import catalogue
import pytest

from grader.checks import CHECKS
from grader.i18n import translator
from grader.model.vocabulary import ScenarioName
from grader.report.titles import full_title, title

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    "README.zh.md",
    "submissions/README.zh.md",
    *sorted(f"docs/{path.name}" for path in ROOT.glob("docs/*.zh.md")),
]

HAN = "\u4e00-\u9fff"
WIDE = f"{HAN}，。、；：？！（）“”《》"

RULES = {
    "half-width punctuation at a Chinese character": rf"[{HAN}][,;:!?()](?!')|[,;!?()][{HAN}]",
    "a blank at a Chinese character": rf"[{WIDE}] [\w`{{(]|[\w`}})%] [{WIDE}]",
    "a blank before %": r"\} %",
    "straight quotation marks around Chinese": rf'"[{HAN}]|[{HAN}]"',
}

GLOSSARY = {
    "睡眠": "阻塞等待（程序自己sleep是休眠）",
    "处理器时间": "CPU时间",
    "时间限制": "超时时间",
    "沉默": "不发消息",
    "离开": "断开连接",
    "发言": "发送消息",
    "评判": "判定",
    "没有采用": "未生效",
    "教师": "老师",
    "退出状态": "退出码",
    "(?<!随机)种子": "随机种子",
    "监视": "监控",
}
"""What is not said, and what is said instead."""


def sentences() -> Iterator[tuple[str, str]]:
    """The translations, without those of click's own messages."""
    for message in catalogue.read("zh"):
        if message.id and not catalogue.is_of_click(message):
            for form in catalogue.forms(message):
                yield str(message.id), form


def prose(document: str) -> Iterator[tuple[str, str]]:
    """The lines of a document, without its code, the targets of its links, and quotations."""
    text = (ROOT / document).read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```|^    .*?$|^> .*?$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\]\([^)]*\)", "]", re.sub(r"`[^`\n]*`", "`code`", text))
    for number, line in enumerate(text.splitlines(), 1):
        for cell in re.split(r"(?<!\\)\|", re.sub(r"^ *(#+|[-*]|\d+\.) ", "", line)):
            yield f"{document}:{number}", cell.strip()


def all_texts() -> Iterator[tuple[str, str]]:
    yield from sentences()
    for document in DOCUMENTS:
        yield from prose(document)


@pytest.mark.parametrize("rule", RULES)
def test_chinese_is_set_as_chinese(rule):
    pattern = re.compile(RULES[rule])
    found = [(where, text) for where, text in all_texts() if pattern.search(text)]
    assert not found


@pytest.mark.parametrize("word", GLOSSARY)
def test_terms_are_those_of_the_glossary(word):
    found = [(where, text) for where, text in all_texts() if re.search(word, text)]
    assert not found, f"write {GLOSSARY[word]}"


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_every_check_has_a_title_beside_its_identifier(name):
    chinese = translator("zh")
    assert re.search(f"[{HAN}]", title(name).render(chinese))
    assert full_title(name, chinese).render(chinese) == f"{title(name).render(chinese)}（{name}）"
    assert title(name).render(translator("en")) == name


@pytest.mark.parametrize("name", get_args(ScenarioName))
def test_every_scenario_has_a_title(name):
    assert re.search(f"[{HAN}]", title(name).render(translator("zh")))


def test_what_the_catalogue_does_not_know_keeps_its_name():
    assert full_title("my-own-{check}", translator("zh")).render(translator("zh")) == (
        "my-own-{check}"
    )
