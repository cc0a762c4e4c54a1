"""A warm Python runs its program only after its release."""

import subprocess
import sys

import pytest

from grader.agent.isolation import warm_start

pytestmark = pytest.mark.timeout(20)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"WARM_START": ""},
        {"WARM_START": "7"},
        {"WARM_START": "a b"},
        {"WARM_START": "0 0"},
        {"WARM_START": "99 98"},
    ],
    ids=str,
)
def test_without_a_channel_no_program_runs(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "print('it runs')"],
        env={"PYTHONPATH": warm_start.SITE_FOLDER, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (127, b"")
