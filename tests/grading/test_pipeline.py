"""A stored run is judged again, and its report describes it."""

import dataclasses
import json
from pathlib import Path

import msgspec
import pytest
from runs.stored import HISTORY, PLAN, STREAM, create, finished, info

from grader.grading import pipeline
from grader.model.plan import Plan, nonces
from grader.model.rubric import Rubric
from grader.runs.run import Run, create_run


@pytest.fixture
def run(tmp_path) -> Run:
    """A finished run of a right server, not judged yet."""
    return finished(tmp_path / "runs")


def stored(run: Run) -> dict:
    return json.loads((run.path / "report.json").read_bytes())


def test_a_stored_run_is_judged_as_the_first_time(run):
    known = dataclasses.replace(HISTORY, source=run.plan().source)
    first = pipeline.judge_run(run, Rubric(), history=known)
    before = (run.path / "report.json").read_bytes()
    again = pipeline.judge_run(Run(run.path), Rubric())
    assert again == first
    assert (run.path / "report.json").read_bytes() == before
    assert stored(run)["points"] == 100


def test_a_run_is_judged_by_its_own_rubric(tmp_path):
    strict = Rubric(points={"starts": 1}, pass_mark=99)
    run = create_run(tmp_path, PLAN, info("zhang.py"), strict)
    run.save_events(STREAM, HISTORY)
    assert pipeline.judge_run(run).max_points == 96
    assert pipeline.judge_run(run, Rubric()).max_points == 100
    assert pipeline.judge_run(run).max_points == 96


def test_a_run_can_be_judged_by_another_rubric(run):
    pipeline.judge_run(run, Rubric())
    rubric = Rubric(points={"starts": 0, "one-log": 7.5}, multiplexers=("epoll",), pass_mark=99)
    report = pipeline.judge_run(run, rubric)
    assert report.max_points == stored(run)["possible"] == 97.5
    assert report.points == 89.5  # it sleeps in select
    assert not stored(run)["passed"]


def test_the_report_describes_the_run(run):
    report = pipeline.judge_run(run, Rubric())
    assert (report.submission, report.seed, report.sandbox) == ("zhang.py", 7, "docker")
    assert report.python == "3.12.1"
    assert report.run == str(run.path)
    assert "/home/me/logs" in str(report.advice[0])


@pytest.mark.parametrize(
    ("named", "listens", "advised"),
    [
        (("10.0.0.3", "192.168.1.5"), b"192.168.1.5", True),
        (("192.168.1.5",), b"::ffff:192.168.1.5", True),
        (("192.168.1.5",), b"0.0.0.0", False),
        ((), b"192.168.1.5", False),
    ],
)
def test_an_address_that_only_the_source_has_is_advised_against(
    tmp_path: Path, named: tuple[str, ...], listens: bytes, advised: bool
) -> None:
    plan = Plan(source=b"pass", nonces=nonces(0), addresses=named)
    run = create(tmp_path, plan=plan)
    run.save_events([line.replace(b"0.0.0.0", listens) for line in STREAM], HISTORY)
    assert Run(run.path).plan() == plan
    advice = " ".join(map(str, pipeline.judge_run(run, Rubric()).advice))
    assert (f"listens on {listens.decode()} only" in advice) == advised


@pytest.mark.parametrize(
    ("name", "source", "advised"),
    [
        ("select.py", b"import select", "`import select` finds the program"),
        ("select.py", b"from socket import *", "`socket`, which it imports, needs"),
        ("server.py", b"import select", ""),
    ],
)
def test_a_name_that_hides_a_standard_module_is_advised_against(
    tmp_path: Path, name: str, source: bytes, advised: str
) -> None:
    plan = Plan(source=source, nonces=nonces(0))
    in_a_folder = msgspec.structs.replace(info("zhang"), program=name)
    for made in (info(name), in_a_folder):
        run = create_run(tmp_path, plan, made)
        run.save_events(STREAM, HISTORY)
        advice = " ".join(map(str, pipeline.judge_run(run, Rubric()).advice))
        assert advised in advice
        assert bool(advised) == ("Rename it" in advice)


def test_judging_changes_only_the_report(run):
    before = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    pipeline.judge_run(run, Rubric())
    after = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    assert after.keys() - before.keys() == {
        run.path / "report.json", run.path / "report.values.json"
    }  # fmt: skip
    assert {path: after[path] for path in before} == before
