"""``grade doctor``: its findings and its exit status."""

from pathlib import Path

import pytest

from grader import doctor
from grader.model.text import say

FINE = doctor.Ok(what=say("A folder is [here]."))
SLOW = doctor.Problem(what=say("It is slow."), remedy=say("Wait."), prevents=False)
GONE = doctor.Problem(what=say("It is gone."), remedy=say("Bring it."))


@pytest.mark.parametrize(
    ("found", "status"), [([FINE], 0), ([FINE, SLOW], 0), ([GONE, FINE], 3), ([SLOW, GONE], 3)]
)
def test_findings_and_exit_status(grade, monkeypatch, found, status):
    asked = []
    monkeypatch.setattr(doctor, "examine", lambda *, runs: asked.append(runs) or found)
    shown = {
        id(FINE): "✓ ok       A folder is [here].\n",
        id(SLOW): "! warning  It is slow.\n           → Wait.\n",
        id(GONE): "✗ problem  It is gone.\n           → Bring it.\n",
    }
    assert grade("doctor", "--runs", "kept") == (status, "".join(shown[id(f)] for f in found), "")
    assert asked == [Path("kept")]
