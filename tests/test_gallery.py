"""Each server of the gallery, and each sample, gets exactly what its header states."""

import json
import re
from pathlib import Path

import expectations
import matrix
import pytest
from expectations import CRAFT, WORTH_POINTS
from run_seed import SEED

from grader.checks.causes import CAUSES
from grader.i18n import translator
from grader.model.report import Report
from grader.report.explanations import explain
from grader.report.json import render
from grader.sandbox import Sandbox

pytestmark = pytest.mark.slow

SERVERS = matrix.servers()
MATRIX = matrix.read(matrix.MATRIX.read_text("utf-8"))
EXPECTED = {server: expectations.read(server) for server in SERVERS}


WAITS = re.compile(r"sleep\(|timeout|\bselect\(\s*\w+(?:,[^,]*){2},\s*[\w.]+\)")
"""The source of a server that the agent waits for, now and then for seconds."""


def takes_long(server: Path) -> bool:
    sleepless = {"rests-when-idle", "rests-after-departure"} & EXPECTED[server].fails
    return bool(sleepless or WAITS.search(server.read_text("utf-8", "replace")))


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "server",
    [pytest.param(s, marks=pytest.mark.long if takes_long(s) else ()) for s in SERVERS],
    ids=matrix.name,
)
def test_server_gets_what_its_header_states(
    server: Path, sandboxes: list[Sandbox], tmp_path: Path
) -> None:
    # The sandboxes share the servers, so a difference between them shows: no outcome depends on
    # the sandbox. Nor does it depend on what a server has played before: each run plays half of the
    # servers with each scenario alone, and its seed decides which half.
    alone = matrix.each_alone(server, SEED)
    print(f"TEST_SEED={SEED}, each scenario on a server of its own: {alone}")  # noqa: T201
    report = matrix.grade(server, matrix.chosen(server, sandboxes), tmp_path, alone=alone)
    outcomes = {entry.name: entry.outcome.outcome for entry in report.entries}
    assert list(EXPECTED[server].differences(outcomes, report.points)) == []
    assert EXPECTED[server].not_judged == ("not-judged" in outcomes.values())
    if EXPECTED[server].finding:
        for language in ("en", "zh"):
            assert first_finding(report, language) == (EXPECTED[server].finding, True), language
    assert matrix.row(report) == MATRIX[matrix.name(server)], "make gallery writes docs/gallery.md"


def first_finding(report: Report, language: str) -> tuple[str, bool]:
    """The cause that the report's first finding names, and whether the hint in the JSON report is
    that of this cause in ``language``."""
    name = explain(report)[0].entry.name
    checks = json.loads(render(report, translator(language)))["checks"]
    first = next(check for check in checks if check["id"] == name)["findings"][0]
    (cause,) = [cause for cause in CAUSES if cause.name == first["cause"]]
    # What stands in place of the hint's fields does not matter.
    template = translator(language)(cause.hint.template)
    assert (template != cause.hint.template) == (language != "en"), "the hint has no translation"
    parts = map(re.escape, re.split(r"\{\w+\}", template))
    return cause.name, bool(re.fullmatch(".*".join(parts), first["hint"], re.DOTALL))


def test_every_server_that_fails_names_the_cause_that_its_report_must_lead_to() -> None:
    for server, expected in EXPECTED.items():
        assert bool(expected.finding) or not expected.fails, server


def test_every_header_names_the_failures_exactly() -> None:
    for server, expected in EXPECTED.items():
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


@pytest.mark.parametrize("sandbox", ["docker", "namespaces"])
def test_of_two_seeds_in_turn_one_plays_the_scenarios_of_a_server_alone(sandbox: str) -> None:
    two: list = ["docker", "namespaces"]
    servers = [server for server in SERVERS if matrix.chosen(server, two) == sandbox]
    ways = [[matrix.each_alone(server, seed) for server in servers] for seed in (6, 7)]
    assert [not alone for alone in ways[0]] == ways[1]
    assert min(map(sum, ways)) > len(servers) / 3


@pytest.mark.parametrize("name", sorted(WORTH_POINTS | CRAFT))
def test_every_check_has_servers_that_fail_it(name: str) -> None:
    failing = [
        server
        for server, expected in EXPECTED.items()
        if name in expected.fails | (expected.craft or set())
    ]
    assert len(failing) >= (3 if name in WORTH_POINTS else 2)
