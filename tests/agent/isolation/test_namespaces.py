"""What the isolation by namespaces knows of kernels."""

import pytest

from grader.agent.isolation.namespaces import counts_processes_per_namespace


@pytest.mark.parametrize(
    ("release", "per_namespace"),
    [
        ("6.18.44-fc", True),
        ("5.14.0-503.el9.x86_64", True),
        ("5.14-rc1", True),
        ("5.10.0-28-amd64", False),
        ("4.18.0", False),
        ("6", True),
    ],
)
def test_older_kernels_count_processes_per_user(release: str, per_namespace: bool) -> None:
    assert counts_processes_per_namespace(release) is per_namespace
