"""The documents tell of every check, in both languages."""

import re
from pathlib import Path

import pytest

from grader.checks import CHECKS
from grader.classroom.roster import COLUMNS, load
from grader.runs import decisions as overrides

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("name", ["reading-a-report.md", "reading-a-report.zh.md"])
def test_how_a_report_is_read_is_told_for_every_check(name: str) -> None:
    told = re.findall(r"^### (.+)$", (DOCS / name).read_text("utf-8"), re.MULTILINE)
    assert told == [check.name for check in CHECKS]


def test_every_attack_is_named_with_the_defence_that_it_tests() -> None:
    top = DOCS.parent
    told = re.findall(r"`([a-z]+/[a-z_]+)`", (top / "SECURITY.md").read_text("utf-8"))
    there = [f"{p.parent.name}/{p.stem}" for p in sorted((top / "tests/hostile").glob("*/*.py"))]
    assert sorted(told) == there


@pytest.mark.parametrize("name", ["grading-a-class.md", "grading-a-class.zh.md"])
def test_what_a_teacher_is_shown_works(name: str, tmp_path: Path) -> None:
    text = (DOCS / name).read_text("utf-8")
    decisions, roster = (
        re.findall(rf"^```{kind}\n({first}.*?)^```", text, re.MULTILINE | re.DOTALL)[0]
        for kind, first in (("toml", ""), ("", "file,"))
    )
    (tmp_path / "overrides.toml").write_text(decisions, "utf-8")
    (override,) = overrides.load(tmp_path)
    assert (override.check, override.outcome) == ("departure", "pass")
    (tmp_path / "roster.csv").write_text(roster, "utf-8")
    (student,) = load(tmp_path / "roster.csv").students
    assert (student.name, student.number) == ("张三", "20240042")
    described = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert described == list(COLUMNS)
