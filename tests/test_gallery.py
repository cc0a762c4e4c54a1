"""Each server of the gallery gets exactly what its folder states."""

from pathlib import Path

import matrix
import pytest

from grader.checks import CHECKS
from grader.sandbox import Sandbox

SERVERS = matrix.servers()
MATRIX = matrix.read(matrix.MATRIX.read_text("utf-8"))
ASKED = {check.name for check in CHECKS if check.points}
CRAFT = {check.name for check in CHECKS if not check.points}


def stated(folder: str) -> tuple[set[str], set[str] | None]:
    """The checks that must fail: those worth points, and the others (None: whichever)."""
    if folder == "correct":
        return set(), None
    if folder == "careful":
        return set(), set()
    names = set(folder.split("+"))
    if "craft" in names:
        return set(), names - {"craft"}
    return names, None


@pytest.mark.sandbox
@pytest.mark.parametrize("server", SERVERS, ids=matrix.name)
def test_server_gets_what_its_folder_states(
    server: Path, sandboxes: list[Sandbox], tmp_path: Path
) -> None:
    # In turns, so that what one of them does otherwise shows: which one it is makes no difference.
    sandbox = sandboxes[SERVERS.index(server) % len(sandboxes)]
    report = matrix.grade(server, sandbox, tmp_path)
    outcomes = {entry.name: entry.outcome.outcome for entry in report.entries}
    failed = {name for name, outcome in outcomes.items() if outcome == "fail"}
    asked, craft = stated(server.parent.name)
    assert failed & ASKED == asked
    assert craft is None or failed & CRAFT == craft
    assert "not-judged" not in outcomes.values()
    assert matrix.row(report) == MATRIX[matrix.name(server)], "make gallery writes docs/gallery.md"


def test_the_matrix_is_of_these_servers_and_checks() -> None:
    assert list(MATRIX) == [matrix.name(server) for server in SERVERS]
    assert matrix.render(MATRIX) == matrix.MATRIX.read_text("utf-8")


def test_folders_name_checks() -> None:
    for folder in {path.parent.name for path in SERVERS}:
        asked, craft = stated(folder)
        assert asked <= ASKED, folder
        assert craft is None or craft <= CRAFT, folder


@pytest.mark.parametrize("name", sorted(ASKED | CRAFT))
def test_every_check_has_servers_that_fail_it(name: str) -> None:
    failing = [
        path for path in SERVERS if name in set().union(*filter(None, stated(path.parent.name)))
    ]
    assert len(failing) >= (3 if name in ASKED else 2)
