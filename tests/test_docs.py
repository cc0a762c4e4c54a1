"""The documents name what the program has: commands, options, checks, attacks, files."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.checks import CHECKS
from grader.classroom.roster import COLUMNS, load
from grader.cli.main import cli
from grader.i18n import translator
from grader.report import labels
from grader.report.titles import title
from grader.runs import decisions
from grader.runs import overrides as overrides_file

TOP = Path(__file__).parents[1]
DOCS = TOP / "docs"
READMES = ["README.md", "README.zh.md"]
GUIDES = [
    "ci",
    "editors",
    "grading-a-class",
    "reading-a-report",
    "windows-and-macos",
    "writing-checks",
]
"""The documents that also exist in Chinese, as ``docs/NAME.zh.md``."""

DOCUMENTS = sorted(
    str(path.relative_to(TOP))
    for pattern in ("*.md", "docs/*.md", "submissions/*.md", "tests/gallery/*.md")
    for path in TOP.glob(pattern)
)
REPOSITORY_PATH = re.compile(
    r"(?:grader|tests|docs|reference|requirements|benchmarks|\.github)(?:/[\w.-]+)*/?"
)
"""Code that names a file or folder of the repository."""


@cache
def tokens(document: str) -> list[Token]:
    """The Markdown blocks of a document."""
    return MarkdownIt().enable("table").parse((TOP / document).read_text("utf-8"))


def inline(document: str) -> Iterator[Token]:
    """The inline elements of a document: text, code, links, emphasis."""
    for block in tokens(document):
        yield from block.children or ()


def anchors(document: str) -> set[str]:
    """The anchors that GitHub gives the headings of a document."""
    parsed = tokens(document)
    headings = [
        parsed[at + 1].content for at, token in enumerate(parsed) if token.type == "heading_open"
    ]
    return {re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in headings}


def commands(document: str) -> list[list[str]]:
    """The command lines in a document's code, as words, without comments."""
    code = [t.content for t in tokens(document) if t.type in ("fence", "code_block")]
    code += [t.content for t in inline(document) if t.type == "code_inline"]
    lines = (line for block in code for line in block.replace("\\\n", " ").splitlines())
    return [
        shlex.split(line.removeprefix(".venv/bin/"), comments=True)
        for line in lines
        if re.match(r"(\.venv/bin/)?(grade|pytest) ", line)
    ]


def options_of(command: click.Command) -> set[str]:
    return {
        name
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--")
    }


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_names_every_command_option_and_check(readme: str) -> None:
    text = (TOP / readme).read_text("utf-8")
    commands = set(re.findall(r"^\| `grade ([a-z-]+)", text, re.MULTILINE))
    assert commands == {name for name, each in cli.commands.items() if not each.hidden}
    options = set(re.findall(r"^\| `(--[a-z]+)", text, re.MULTILINE))
    assert options == options_of(cli.commands["submission"]) - {"--help"}
    described = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", text, re.MULTILINE)
    assert described == [(each.name, f"{each.points:g}") for each in CHECKS if each.points]
    missing = [each.name for each in CHECKS if f"`{each.name}`" not in text]
    assert not missing, f"{readme} does not describe these checks"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_paragraph_has_over_five_lines(document: str) -> None:
    for token in tokens(document):
        if token.type == "paragraph_open" and token.map:
            assert token.map[1] - token.map[0] <= 5, f"{document}, line {token.map[0] + 1}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files_and_headings(document: str) -> None:
    for token in inline(document):
        link = unquote(str(token.attrGet("href") or ""))
        if token.type != "link_open" or "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = ((TOP / document).parent / path).resolve() if path else TOP / document
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(str(target.relative_to(TOP))), link


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_that_are_named_exist(document: str) -> None:
    named = {
        token.content
        for token in inline(document)
        if token.type == "code_inline" and REPOSITORY_PATH.fullmatch(token.content)
    }
    attacks = {name for name in named if (TOP / "tests/hostile" / f"{name}.py").exists()}
    assert [path for path in sorted(named - attacks) if not (TOP / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_emphasis_is_rendered(document: str) -> None:
    # Next to full-width punctuation, Markdown may read asterisks as text.
    assert [t.content for t in inline(document) if t.type == "text" and "**" in t.content] == []


def parse(words: list[str]) -> None:
    """Parse a command line of ``grade`` as far as its options go.

    Raises:
        click.UsageError: an option does not exist, or has no value.
    """
    while words and words[0] == "--lang":
        words = words[2:]
    named = bool(words) and words[0] in cli.commands
    command = cli.commands[words[0] if named else "submission"]
    parser = command.make_parser(click.Context(command))
    given, extra, _ = parser.parse_args(words[1:] if named else words)
    assert not extra
    # The first word is a command or a path, not a misspelled command.
    assert named or all(re.search(r"[/.]|^PATH", path) for path in given["paths"])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_that_are_shown_can_be_parsed(document: str) -> None:
    plugin = (TOP / "select_grader_pytest.py").read_text("utf-8")
    options = set(re.findall(r'"(--grade[a-z-]*)"', plugin))
    for program, *words in commands(document):
        if program == "grade":
            parse(words)
        else:
            assert {word for word in words if word.startswith("--grade")} <= options


@pytest.mark.parametrize("guide", GUIDES)
def test_a_chinese_guide_has_the_sections_and_commands_of_the_english_one(guide: str) -> None:
    english, chinese = (f"docs/{guide}.md", f"docs/{guide}.zh.md")
    sections = [
        [token.tag for token in tokens(name) if token.type == "heading_open"]
        for name in (english, chinese)
    ]
    assert sections[0] == sections[1]
    shown = [
        [[word for word in words if word.isascii() and " " not in word] for words in commands(name)]
        for name in (english, chinese)
    ]
    assert [words[:4] for words in shown[0]] == [words[:4] for words in shown[1]]


@pytest.mark.parametrize(("language", "suffix"), [("en", ""), ("zh", ".zh")])
def test_reading_a_report_explains_each_part_of_a_finding(language: str, suffix: str) -> None:
    text = (DOCS / f"reading-a-report{suffix}.md").read_text("utf-8")
    parts = (
        *(labels.DONE, labels.EXPECTED, labels.SEEN),
        *(labels.LOG, labels.TERMINAL, labels.HINT),
    )
    for part in parts:
        assert f"\n| {part.render(translator(language))} | " in text


def test_the_readmes_name_the_same() -> None:
    english, chinese = (
        set(re.findall(r"`((?:--|grade )[^`]*)`", (TOP / name).read_text("utf-8")))
        for name in READMES
    )
    assert english == chinese


@pytest.mark.parametrize(("language", "suffix"), [("en", ""), ("zh", ".zh")])
def test_reading_a_report_covers_every_check(language: str, suffix: str) -> None:
    name = f"reading-a-report{suffix}.md"
    headings = re.findall(r"^### (.+)$", (DOCS / name).read_text("utf-8"), re.MULTILINE)
    translate = translator(language)
    titles = {each.name: title(each.name).render(translate) for each in CHECKS}
    wanted = [name if called == name else f"{name}（{called}）" for name, called in titles.items()]
    assert headings == wanted, f"docs/{name} needs a heading ### for each check, in this order"


def test_security_names_every_attack() -> None:
    named = re.findall(r"`([a-z]+/[a-z_]+)`", (TOP / "SECURITY.md").read_text("utf-8"))
    there = [f"{p.parent.name}/{p.stem}" for p in sorted((TOP / "tests/hostile").glob("*/*.py"))]
    assert sorted(named) == there


@pytest.mark.parametrize("name", ["grading-a-class.md", "grading-a-class.zh.md"])
def test_examples_for_teachers_work(name: str, tmp_path: Path) -> None:
    text = (DOCS / name).read_text("utf-8")
    overrides, roster = (
        re.findall(rf"^```{kind}\n({first}.*?)^```", text, re.MULTILINE | re.DOTALL)[0]
        for kind, first in (("toml", ""), ("", "file,"))
    )
    (tmp_path / "overrides.toml").write_text(overrides, "utf-8")
    rule, adjustment = decisions.load(tmp_path)
    assert (rule.check, rule.points, adjustment.points) == ("departure", 2.5, -10)
    override, *_, withdrawal = overrides_file.read_all(tmp_path)
    assert (override.check, override.outcome) == ("departure", "pass")
    assert withdrawal.withdraws == override.id
    (tmp_path / "roster.csv").write_text(roster, "utf-8")
    (student,) = load(tmp_path / "roster.csv").students
    assert (student.name, student.number) == ("张三", "20240042")
    described = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert described == list(COLUMNS)
