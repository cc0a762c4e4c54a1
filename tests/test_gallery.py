"""Each server of the gallery, and each sample, gets exactly what its header states."""

from pathlib import Path

import expectations
import matrix
import pytest
from expectations import CRAFT, WORTH_POINTS

from grader.sandbox import Sandbox

pytestmark = pytest.mark.slow

SERVERS = matrix.servers()
MATRIX = matrix.read(matrix.MATRIX.read_text("utf-8"))
EXPECTED = {server: expectations.read(server) for server in SERVERS}


@pytest.mark.sandbox
@pytest.mark.parametrize("server", SERVERS, ids=matrix.name)
def test_server_gets_what_its_header_states(
    server: Path, sandboxes: list[Sandbox], tmp_path: Path
) -> None:
    # The sandboxes share the servers, so a difference between them shows: no outcome depends on
    # the sandbox.
    report = matrix.grade(server, matrix.chosen(server, sandboxes), tmp_path)
    outcomes = {entry.name: entry.outcome.outcome for entry in report.entries}
    assert list(EXPECTED[server].differences(outcomes, report.points)) == []
    assert "not-judged" not in outcomes.values()
    assert matrix.row(report) == MATRIX[matrix.name(server)], "make gallery writes docs/gallery.md"


def test_every_header_names_the_failures_exactly() -> None:
    for server, expected in EXPECTED.items():
        assert not expected.not_judged, server
        assert expected.at_most is None, server


def test_the_matrix_is_of_these_servers_and_checks() -> None:
    hint = "`make gallery` writes docs/gallery.md"
    assert list(MATRIX) == [matrix.name(server) for server in SERVERS], hint
    assert matrix.render(MATRIX) == matrix.MATRIX.read_text("utf-8"), hint


def test_the_name_of_a_server_decides_which_sandbox_plays_it() -> None:
    two: list = ["docker", "namespaces"]
    played = [matrix.chosen(server, two) for server in SERVERS]
    assert [matrix.chosen(server, two) for server in reversed(SERVERS)] == played[::-1]
    assert min(played.count(sandbox) for sandbox in two) > len(SERVERS) / 3


@pytest.mark.parametrize("name", sorted(WORTH_POINTS | CRAFT))
def test_every_check_has_servers_that_fail_it(name: str) -> None:
    failing = [
        server
        for server, expected in EXPECTED.items()
        if name in expected.fails | (expected.craft or set())
    ]
    assert len(failing) >= (3 if name in WORTH_POINTS else 2)
