"""The counter of processes that were killed for lack of memory."""

import pytest

from grader.agent.kernel.oom import parse_kills


@pytest.mark.parametrize(
    ("text", "kills"),
    [
        ("low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n", 2),
        ("oom_kill_disable 0\nunder_oom 0\noom_kill 7\n", 7),
        ("oom_kill_disable 0\nunder_oom 1\n", None),
        ("oom_kill x\n", None),
        ("", None),
    ],
)
def test_both_file_formats(text: str, kills: int | None) -> None:
    assert parse_kills(text) == kills
