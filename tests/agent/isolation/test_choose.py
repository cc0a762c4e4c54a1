"""How the plan chooses the isolation."""

import pytest

from grader.agent.isolation.base import Isolation
from grader.agent.isolation.choose import choose
from grader.agent.isolation.namespaces import SeparateNamespaces
from grader.agent.isolation.no_isolation import NoIsolation
from grader.agent.isolation.other_user import SeparateUser


@pytest.mark.parametrize(
    ("user", "namespaces", "kind"),
    [
        (None, False, NoIsolation),
        (40_000, False, SeparateUser),
        (40_000, True, SeparateNamespaces),
    ],
)
def test_plan_chooses_the_isolation(
    user: int | None, namespaces: bool, kind: type[Isolation]
) -> None:
    places = {"root": "/work", "home": "/home/student", "folders": []}
    assert type(choose({"user": user, "namespaces": namespaces, **places})) is kind
