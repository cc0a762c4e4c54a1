"""The documents name what the program has: commands, options, checks, attacks."""

import re
from pathlib import Path

import click
import pytest

from grader.checks import CHECKS
from grader.classroom.roster import COLUMNS, load
from grader.cli.main import cli
from grader.runs import decisions

TOP = Path(__file__).parents[1]
DOCS = TOP / "docs"
READMES = ["README.md", "README.zh.md"]


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
    assert all(f"`{each.name}`" in text for each in CHECKS)


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_has_no_paragraph_of_over_five_lines(readme: str) -> None:
    text = re.sub(r"^```.*?^```", "", (TOP / readme).read_text("utf-8"), flags=re.M | re.S)
    for paragraph in text.split("\n\n"):
        prose = [line for line in paragraph.splitlines() if not line.startswith(("|", "-", "  "))]
        assert len(prose) <= 5, paragraph


def test_the_readmes_name_the_same() -> None:
    english, chinese = (
        set(re.findall(r"`((?:--|grade )[^`]*)`", (TOP / name).read_text("utf-8")))
        for name in READMES
    )
    assert english == chinese


@pytest.mark.parametrize("name", ["reading-a-report.md", "reading-a-report.zh.md"])
def test_reading_a_report_covers_every_check(name: str) -> None:
    covered = re.findall(r"^### (.+)$", (DOCS / name).read_text("utf-8"), re.MULTILINE)
    assert covered == [check.name for check in CHECKS]


def test_security_names_every_attack() -> None:
    named = re.findall(r"`([a-z]+/[a-z_]+)`", (TOP / "SECURITY.md").read_text("utf-8"))
    there = [f"{p.parent.name}/{p.stem}" for p in sorted((TOP / "tests/hostile").glob("*/*.py"))]
    assert sorted(named) == there


@pytest.mark.parametrize("name", ["grading-a-class.md", "grading-a-class.zh.md"])
def test_what_a_teacher_is_shown_works(name: str, tmp_path: Path) -> None:
    text = (DOCS / name).read_text("utf-8")
    overrides, roster = (
        re.findall(rf"^```{kind}\n({first}.*?)^```", text, re.MULTILINE | re.DOTALL)[0]
        for kind, first in (("toml", ""), ("", "file,"))
    )
    (tmp_path / "overrides.toml").write_text(overrides, "utf-8")
    (override,) = decisions.load(tmp_path)
    assert (override.check, override.outcome) == ("departure", "pass")
    (tmp_path / "roster.csv").write_text(roster, "utf-8")
    (student,) = load(tmp_path / "roster.csv").students
    assert (student.name, student.number) == ("张三", "20240042")
    described = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert described == list(COLUMNS)
