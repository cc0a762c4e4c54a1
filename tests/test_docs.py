"""The documents tell of every check, in both languages."""

import re
from pathlib import Path

import pytest

from grader.checks import CHECKS

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
