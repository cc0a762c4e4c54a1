"""A run's folder is written in phases, each file atomically, and is read strictly."""

import dataclasses
import os
from pathlib import Path

import pytest
from checks.histories import ends, history, lines, right_scenes, says, scene
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.grading import pipeline
from grader.model.rubric import Rubric
from grader.model.text import say
from grader.runs.folder import is_runs_folder
from grader.runs.run import Run, RunError, timestamp
from runs.stored import HISTORY, PLAN, STREAM, create, finished, info

NAMES = {"plan.json", "rubric.json", "submission.py", "versions.json"}


@pytest.fixture
def run(tmp_path) -> Run:
    """A finished run of a right server, not judged yet."""
    return finished(tmp_path / "runs")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def complaint(action, *args) -> str:
    with pytest.raises(RunError) as caught:
        action(*args)
    assert str(caught.value) == str(caught.value.what)
    return str(caught.value)


# --- phases ---


def test_phase_1_stores_the_plan(tmp_path):
    run = create(tmp_path / "not" / "there" / "yet")
    assert names(run.path) == NAMES
    assert run.path.name.startswith("zhang-20240501-123059-")
    assert (run.path / "submission.py").read_bytes() == PLAN.source
    assert run.plan() == PLAN
    assert run.info() == info()


def test_phase_2_stores_what_happened(run):
    assert names(run.path) == NAMES | {"events.jsonl", "logs", "terminal"}
    assert (run.path / "events.jsonl").read_bytes() == b"".join(line + b"\n" for line in STREAM)
    assert run.history().plays[0].file_name == "zhang.py"
    assert len(run.events()) == len(STREAM)
    assert names(run.path / "terminal") == {
        f"{n}-{play.scenario}.txt" for n, play in enumerate(HISTORY.plays, 1)
    }
    log = run.path / "logs" / "2-client" / "1-server.log"
    assert log.read_bytes() == HISTORY.plays[1].files[0].data


def test_phase_3_stores_the_report(run):
    run.save_report(b"{}\n")
    assert names(run.path) == NAMES | {"events.jsonl", "logs", "terminal", "report.json"}
    run.save_report(b"{1}\n")
    assert (run.path / "report.json").read_bytes() == b"{1}\n"


def test_a_lost_run_has_what_is_known_and_why_it_ended(tmp_path):
    run = create(tmp_path)
    why = say("It was {how}.", how="lost\ud800")
    assert run.lost is None
    run.save_lost(STREAM[:-1], why, HISTORY)
    assert names(run.path) == NAMES | {"lost.jsonl", "lost.json", "logs", "terminal"}
    found = Run(run.path)
    assert (found.finished, found.lost, found.history().lost) == (False, why, why)
    assert len(found.history().plays) == len(HISTORY.plays)


@pytest.mark.parametrize("why", [b"", b"[]", b'{"template": "{x}"}', b"[" * 100_000])
def test_a_lost_run_whose_reason_is_damaged(tmp_path, why):
    run = create(tmp_path)
    run.save_lost(STREAM[:3], say("Lost."), HISTORY)
    (run.path / "lost.json").write_bytes(why)
    assert "lost.json is damaged" in complaint(run.history)


def test_a_run_whose_events_are_no_history_is_not_judged(tmp_path):
    run = create(tmp_path)
    run.save_unreadable(STREAM[:3])
    assert names(run.path) == NAMES | {"lost.jsonl"}
    assert (run.path / "lost.jsonl").read_bytes().splitlines() == STREAM[:3]
    assert "is not a finished run: it has no events.jsonl" in complaint(run.history)


def test_two_runs_at_the_same_time_have_different_folders(tmp_path):
    assert create(tmp_path).path != create(tmp_path).path


# --- whole or not at all ---


@pytest.mark.parametrize("moment", ["open", "replace"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_interrupted_write_leaves_the_old_file(run, monkeypatch, moment, error):
    run.save_report(b"old")

    def write_half(path, mode):
        path.touch(exist_ok=mode != "xb")
        os.truncate(path, 2)
        raise error

    def fail(*_):
        raise error

    monkeypatch.setattr(Path, moment, write_half if moment == "open" else fail)
    with pytest.raises((RunError, KeyboardInterrupt)):
        run.save_report(b"new and longer")
    monkeypatch.undo()
    assert (run.path / "report.json").read_bytes() == b"old"


def test_an_interrupted_first_write_leaves_no_file(tmp_path, monkeypatch):
    run = create(tmp_path)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run.save_events(STREAM, HISTORY)
    monkeypatch.undo()
    assert not (run.path / "events.jsonl").exists()
    run.save_events(STREAM, HISTORY)
    assert run.history().finished


def test_an_unwritable_folder_is_an_error(tmp_path, run):
    (tmp_path / "file").touch()
    said = complaint(create, tmp_path / "file")
    assert "The run cannot be stored in" in said
    assert "Not a directory" in said
    assert "--runs" in said
    (run.path / "report.json").mkdir()
    assert "cannot be stored" in complaint(run.save_report, b"{}")


# --- damaged ---


@pytest.mark.parametrize("name", ["plan.json", "versions.json"])
@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"null", b"\xff", b"{" * 100_000, b"[" * 100_000 + b"]" * 100_000,
     b'{"new": ' + b"[" * 100_000, b'{"version": "1"}', b'{"submission": 7}'],
)  # fmt: skip
def test_damaged_files_are_errors(run, name, data):
    (run.path / name).write_bytes(data)
    said = complaint(run.plan if name == "plan.json" else run.info)
    assert said.startswith(f"{run.path / name} is damaged or has another version: ")
    complaint(pipeline.judge_run, run, Rubric())
    assert not (run.path / "report.json").exists()


@pytest.mark.parametrize("data", [b"", b"\n", b"x\n", b"\xff\n", STREAM[0] + b"\n\n" + STREAM[-1]])
def test_damaged_events_are_errors(run, data):
    (run.path / "events.jsonl").write_bytes(data)
    assert f"{run.path / 'events.jsonl'} is damaged" in complaint(run.history)


def test_a_damaged_packed_field_is_an_error(run):
    data = (run.path / "events.jsonl").read_bytes().replace(b'"data": "', b'"data": "*')
    (run.path / "events.jsonl").write_bytes(data)
    assert "is damaged" in complaint(run.history)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, sum(len(line) + 1 for line in STREAM) - 2))
def test_truncated_events_are_never_judged(run, end):
    """What is missing would look like a server's fault."""
    whole = b"\n".join(STREAM)
    (run.path / "events.jsonl").write_bytes(whole[:end])
    assert "is damaged" in complaint(run.history)


def test_a_run_that_timed_out_is_complete(run):
    stream = lines(*right_scenes()[:2], out_of_time=True)
    run.save_events(stream, history(*right_scenes()[:2], out_of_time=True))
    assert run.history().out_of_time


@pytest.mark.parametrize("name", sorted(NAMES - {"submission.py"}))
def test_missing_files_are_errors(run, name):
    (run.path / name).unlink()
    said = complaint(pipeline.judge_run, run)
    assert f"is not a finished run: it has no {name}" in said


def test_a_folder_that_is_not_a_run_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    assert complaint(Run(tmp_path / "none").plan) == f"There is no run {tmp_path / 'none'}."
    assert "it has no plan.json" in complaint(Run(tmp_path).plan)
    assert "file" in complaint(Run(tmp_path / "file").plan)
    (tmp_path / "plan.json").mkdir()
    assert "cannot be read: Is a directory" in complaint(Run(tmp_path).plan)


# --- names ---


@pytest.mark.parametrize(
    ("submission", "stem"),
    [
        ("zhang san.py", "zhang_san"),
        ("张三.py", "张三"),
        ("a.b.py", "a.b"),
        (".py", "submission"),
        ("..py", "submission"),
        ("--help.py", "help"),
        ("a\x1b[31m\n.py", "a__31m_"),
        ("a/../b.py", "a_.._b"),
        ("no-suffix", "no-suffix"),
    ],
)
def test_a_runs_name_is_made_of_the_submissions(tmp_path, submission, stem):
    run = create(tmp_path, submission)
    assert run.path.parent == tmp_path
    assert run.path.name.startswith(stem + "-20240501-")


@pytest.mark.parametrize("letter", ["a", "张", "𠀀"])
def test_a_long_name_is_shortened(tmp_path, letter):
    name = letter * (251 // len(letter.encode())) + ".py"
    (tmp_path / name).touch()
    run = create(tmp_path / "runs", name)
    assert run.info().submission == name
    path = letter * (255 // len(letter.encode()))
    played = history(scene("client", says("a"), log={f"x/{path}": b"data", path: b"more"}))
    run.save_events(lines(), played)
    assert len(list((run.path / "logs" / "1-client").iterdir())) == 2


@pytest.mark.parametrize(
    "path", ["..", "../../../../x", "/etc/passwd", "", ".", ".hidden", "a\nb", "a\\xff", "C:\\a\\b"]
)
def test_a_logs_name_cannot_leave_the_folder(tmp_path, path):
    run = create(tmp_path / "runs")
    run.save_events(lines(), history(scene("client", ends(1), log={path: b"data"})))
    (log,) = (run.path / "logs" / "1-client").iterdir()
    assert log.read_bytes() == b"data"
    assert not log.name.startswith(".")
    assert names(tmp_path) == {"runs"}


def test_a_scenarios_name_cannot_leave_the_folder(tmp_path):
    run = create(tmp_path / "runs")
    played = history(scene("client"))
    named = tuple(dataclasses.replace(play, scenario="../../x") for play in played.plays)
    run.save_events(lines(), dataclasses.replace(played, plays=named))
    assert names(run.path / "terminal") == {"1-______x.txt"}


def test_logs_with_the_same_name_are_all_kept(tmp_path):
    run = create(tmp_path)
    run.save_events(lines(), history(scene("client", log={"a/log": b"1", "b/log": b"2"})))
    assert {p.read_bytes() for p in (run.path / "logs" / "1-client").iterdir()} == {b"1", b"2"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_submission_name_can_be_stored(tmp_path, name):
    run = create(tmp_path / "runs", name)
    assert run.path.parent == tmp_path / "runs"
    run.save_events(lines(), history(scene("client", log={name: b"data"})))
    assert len(list((run.path / "logs" / "1-client").iterdir())) == 1


def test_a_timestamp_has_an_offset():
    from datetime import datetime

    assert datetime.fromisoformat(timestamp()).tzinfo is not None


def test_one_file_of_a_run_does_not_make_a_run(tmp_path):
    (tmp_path / "zhang").mkdir()
    (tmp_path / "zhang" / "versions.json").write_text("{}")
    assert not is_runs_folder(tmp_path / "zhang", tmp_path / "runs")
