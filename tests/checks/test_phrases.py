"""Phrases that checks share. tests/checks/recorded shows all of them in their sentences."""

import pytest

from grader.checks.phrases import source
from grader.model.text import say


@pytest.mark.parametrize("name", ["the terminal", "the listening socket", "another socket"])
def test_what_has_no_name_of_its_own_is_translated(name):
    assert source(name.removeprefix("the ")) == say(name)
