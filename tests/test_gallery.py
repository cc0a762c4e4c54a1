"""Each server of the gallery gets exactly what its folder states."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import grading, submission
from grader.checks import CHECKS
from grader.model.rubric import Rubric
from grader.sandbox import docker, image

GALLERY = Path(__file__).parent / "gallery"
SERVERS = sorted(GALLERY.glob("*/*.py"))
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


@pytest.fixture(scope="module")
def sandbox() -> Iterator[docker.DockerSandbox]:
    client = docker.connect()
    yield docker.DockerSandbox(client, image.ensure(client, lambda _: None))
    client.close()


@pytest.mark.docker
@pytest.mark.parametrize("path", SERVERS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_server_gets_what_its_folder_states(
    path: Path, sandbox: docker.DockerSandbox, tmp_path: Path
) -> None:
    report = grading.grade(
        submission.load(path),
        rubric=Rubric(),
        seed=random.randrange(1 << 32),
        sandbox=sandbox,
        folder=tmp_path,
        progress=lambda _: None,
    )
    outcomes = {entry.name: entry.outcome.outcome for entry in report.entries}
    failed = {name for name, outcome in outcomes.items() if outcome == "fail"}
    asked, craft = stated(path.parent.name)
    assert failed & ASKED == asked
    assert craft is None or failed & CRAFT == craft
    assert "not-judged" not in outcomes.values()


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
