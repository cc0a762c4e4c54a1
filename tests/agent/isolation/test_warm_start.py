"""What waits at the gate goes on to a program when it is told to, and in no other case."""

import subprocess
import sys

import pytest

from grader.agent.isolation import warm_start

pytestmark = pytest.mark.timeout(20)


@pytest.mark.parametrize(
    "given",
    [{}, {"GATE": ""}, {"GATE": "7"}, {"GATE": "a b"}, {"GATE": "0 0"}, {"GATE": "99 98"}],
    ids=str,
)
def test_without_a_gate_no_program_is_run(given: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "print('it runs')"],
        env={"PYTHONPATH": warm_start._WAITING, **given},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (127, b"")
