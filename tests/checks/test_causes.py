"""The causes that a finding may name."""

import re

from grader.checks.causes import CAUSES


def test_each_cause_has_a_name_of_its_own() -> None:
    names = [cause.name for cause in CAUSES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)


def test_a_hint_is_given_its_values() -> None:
    (cause,) = [cause for cause in CAUSES if cause.name == "not-in-rlist"]
    assert "Was client 2 ever" in str(cause.about(who="client 2").hint)
    assert cause.about(who="client 2").name == cause.name
