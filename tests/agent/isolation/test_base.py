"""What parts a program from the agent, as a plan asks for it."""

import pytest

from grader.agent.isolation.base import AnotherUser, Namespaces, Parting, counts_apart, parting


@pytest.mark.parametrize(
    ("user", "inner", "kind"),
    [(None, False, Parting), (40_000, False, AnotherUser), (40_000, True, Namespaces)],
)
def test_the_plan_says_which(user: int | None, inner: bool, kind: type[Parting]) -> None:
    plan = {"user": user, "inner": inner, "root": "/work", "home": "/home/student", "folders": []}
    assert type(parting(plan)) is kind


@pytest.mark.parametrize(
    ("release", "apart"),
    [
        ("6.18.44-fc", True),
        ("5.14.0-503.el9.x86_64", True),
        ("5.14-rc1", True),
        ("5.10.0-28-amd64", False),
        ("4.18.0", False),
        ("6", True),
    ],
)
def test_old_kernels_count_all_that_a_person_runs(release: str, apart: bool) -> None:
    assert counts_apart(release) is apart
