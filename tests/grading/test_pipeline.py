"""A stored run is judged again, and its report describes it."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from checks.histories import lines, right_scenes
from runs.stored import HISTORY, PLAN, STREAM, create, finished, info

from grader.grading import pipeline
from grader.model.plan import Plan, nonces
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.runs.run import Run, create_run
from grader.sandbox import AgentExit
from grader.submissions.submission import Submission


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


def test_a_run_is_judged_by_the_rubric_that_was_given_last(tmp_path):
    strict = Rubric(points={"starts": 1}, pass_mark=99)
    run = create_run(tmp_path, PLAN, info("zhang.py"), strict)
    run.save_events(STREAM, HISTORY)
    assert pipeline.judge_run(run).max_points == 96
    assert pipeline.judge_run(run, Rubric()).max_points == 100
    assert pipeline.judge_run(run).max_points == 100


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


class ShortOfMemory:
    """A sandbox whose agents end after these lines: killed for lack of memory, or else by itself,
    where the lines are those of a whole run."""

    name = "docker"
    shares_ports = False
    identity = "a fake"

    def __init__(self, *streams: list[bytes], exit_code: int | None = None) -> None:
        self.streams = list(streams)
        self._exit_code = exit_code

    def stop(self) -> None:
        pass

    def recover(self) -> bool:
        return True

    def run(self, plan: Plan, receive: Callable[[bytes], None]) -> AgentExit:
        stream = self.streams.pop(0)
        for line in stream:
            receive(line)
        return AgentExit(exit_code=self._exit_code, out_of_memory=stream != STREAM)


def graded(folder: Path, sandbox: ShortOfMemory) -> Report:
    return pipeline.grade(
        Submission(name="zhang.py", source=PLAN.source),
        rubric=Rubric(),
        seed=7,
        sandbox=sandbox,
        folder=folder,
        progress=lambda _: None,
    )


TERMINAL = lines(*right_scenes()[:1], finished=False)
WITHIN_CLIENT = [*TERMINAL, lines(*right_scenes()[:2], finished=False)[len(TERMINAL)]]


def test_a_program_that_twice_has_the_agent_killed_fails_what_is_missing(tmp_path):
    sandbox = ShortOfMemory(STREAM[:2], WITHIN_CLIENT)
    report = graded(tmp_path, sandbox)
    outcomes = {entry.name: entry.outcome.outcome for entry in report.entries}
    assert (outcomes["starts"], outcomes["terminal-logged"]) == ("pass", "pass")
    assert outcomes["client-logged"] == "fail"
    assert "not-judged" not in outcomes.values()
    run = Run(Path(report.run))
    assert run.finished
    assert pipeline.build_report(run).entries == report.entries


def test_one_run_out_of_memory_does_not_count(tmp_path):
    assert graded(tmp_path, ShortOfMemory(STREAM[:2], STREAM)).points == 100


def test_an_agent_that_ends_by_itself_has_not_been_killed(tmp_path):
    with pytest.raises(pipeline.RunLostError):
        graded(tmp_path, ShortOfMemory(STREAM[:2], exit_code=1))
