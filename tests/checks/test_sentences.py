"""What each check says, word for word. The files in ``recorded`` are for reviewers to read."""

import pytest
from sentences import RECORDED, sentences

from checks.situations import all_situations
from grader.checks import CHECKS

NAMES = [check.name for check in CHECKS]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_what_a_check_says_is_recorded(check) -> None:
    path = RECORDED / f"{check.name}.txt"
    recorded = path.read_text(encoding="utf-8") if path.exists() else ""
    assert sentences(check) == recorded, "`make sentences` records it anew: read the difference"


def test_nothing_else_is_recorded() -> None:
    recorded = sorted(path.stem for path in RECORDED.iterdir())
    assert recorded == sorted(NAMES), "`make sentences` records new checks; delete removed ones"
    described = {situation.check for situation in all_situations()}
    assert described == set(NAMES), "each check needs situations in tests/checks/situations"
