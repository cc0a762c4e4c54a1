"""What takes too long to judge, or too much memory, fails: it earns nothing and stops nobody."""

import dataclasses
import itertools
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from runs.stored import HISTORY, PLAN, finished, info

from grader.checks.newer_syntax import newest_construct
from grader.checks.select_calls import select_calls
from grader.checks.source_code import read_source
from grader.grading import custom_checks, limits, pipeline
from grader.grading.custom_checks import CheckSet
from grader.grading.judgement import judge_history
from grader.model.history import LogFile, Message, Play
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.runs.run import Run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the system sets the limits")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run of a right server that is judged in a process of its own."""
    monkeypatch.setattr(limits, "SMALL", 0)
    return finished(tmp_path / "runs")


def judged_with(run: Run, check: str, tmp_path: Path) -> Report:
    """The report with one more check, which a teacher wrote."""
    file = tmp_path / "checks.py"
    file.write_text(f'def greedy(history):\n    """It is judged."""\n    {check}\n', "utf-8")
    return pipeline.judge_run(run, Rubric(), checks=custom_checks.load(file))


def test_a_process_of_its_own_judges_as_the_grader_does(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = pipeline.judge_run(run, Rubric())
    monkeypatch.setattr(limits, "SMALL", limits.MIB)
    assert apart == pipeline.judge_run(run, Rubric())
    assert apart.points == 100
    assert apart.timelines


def test_what_takes_too_much_time_fails(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0)
    report = judged_with(run, "while True: pass", tmp_path)
    *others, greedy = report.entries
    assert greedy.outcome.outcome == "fail"
    (finding,) = greedy.outcome.findings
    assert str(finding.seen[0]) == "judging this program took more than 0 s"
    assert finding.cause.name == "too-much-to-judge"
    assert all(entry.outcome.outcome == "pass" for entry in others if entry.max_points)


def test_what_takes_too_much_memory_fails(run: Run, tmp_path: Path) -> None:
    report = judged_with(run, "return bool(bytearray(1 << 30))", tmp_path)
    (finding,) = report.entries[-1].outcome.findings
    assert str(finding.seen[0]) == "judging this program took more than 400 MiB"
    assert report.points == 100


def test_a_process_that_ends_otherwise_is_a_defect_of_ours(run: Run, tmp_path: Path) -> None:
    report = judged_with(run, "import os; os._exit(3)", tmp_path)
    outcome = report.entries[-1].outcome
    assert outcome.outcome == "not-judged"
    assert "status 3" in str(outcome.because)


def test_what_a_check_prints_is_no_answer(run: Run, tmp_path: Path) -> None:
    report = judged_with(run, "print('{}', flush=True); return True", tmp_path)
    assert report.entries[-1].outcome.outcome == "pass"


def test_a_submission_in_the_working_folder_is_not_imported(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if it is called like a module that the grader imports."""
    monkeypatch.chdir(tmp_path)
    for name in ("select", "socket", "json", "msgspec", "grader"):
        (tmp_path / f"{name}.py").write_text("import os; os._exit(0)", "utf-8")
    assert pipeline.judge_run(run, Rubric()).points == 100


def test_a_process_that_cannot_start_is_the_machine_s_fault(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    report = pipeline.judge_run(run, Rubric())
    assert {entry.outcome.outcome for entry in report.entries} == {"not-judged"}
    assert "No such file or directory" in str(report.entries[0].outcome.because)


def test_many_messages_are_judged_in_a_process_of_their_own(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a stored run, which may come from anywhere."""
    monkeypatch.setattr(limits, "SMALL", limits.MIB)
    monkeypatch.setattr(limits, "FEW_MESSAGES", 10)
    report = judged_with(run, f"import os; return os.getpid() != {os.getpid()}", tmp_path)
    assert report.entries[-1].outcome.outcome == "pass"


# --- what is small ---

SHARE = 4
"""The texts have this share of what is still small, and may take this share of the time."""

LOGS = {
    "each letter alone": lambda message, at: "jqxz"[at % 4] + "\n",
    "pieces that end at other places each": lambda message, at: (
        f"{message.nonce[at % 16]}{' ' * (at // 16 % 400)}\n"
    ),
    "a nonce but for its last letter": lambda message, at: (
        f"{message.nonce[:15]}{' ' * (at % 400)}\n"
    ),
    "records of a kind of their own each": lambda message, at: f"{at:x}k {message.text}\n",
    "records with many numbers": lambda message, at: f"{message.text} {'1 2 ' * 100}\n",
    "all on one line": lambda message, at: message.nonce,
    "JSON": lambda message, at: f'{{"a": [{{"b": "{message.nonce}"}}]}}\n',
    "XML": lambda message, at: f"<a b='{message.nonce}'><c>{message.text}</c></a>\n",
    "comments that never end": lambda message, at: "<!--<?",
    "errors that never end": lambda message, at: "[Errno 2] ",
    "returns": lambda message, at: "\r",
}


def hostile(play: Play, log: Callable[[Message, int], str], size: int) -> Play:
    """``play`` with files of ``size`` bytes in all that consist of ``log``, and a terminal that
    shows the same."""
    if not play.messages:
        return play
    messages = itertools.cycle(play.messages)
    text = ""
    for at in itertools.count():
        if len(text) >= size:
            break
        text += log(next(messages), at)
    data = text.encode()
    half = len(data) // 2
    files = tuple(
        LogFile(path=path, data=part, size=len(part))
        for path, part in (("a.txt", data[:half]), ("b.txt", data[half:]))
    )
    return dataclasses.replace(play, files=files, terminal=data[-(1 << 16) :])


# Slow: coverage would more than double what they measure.
@pytest.mark.slow
@pytest.mark.parametrize("name", LOGS)
def test_a_small_log_takes_little_time(name: str) -> None:
    size = limits.SMALL // SHARE // len(HISTORY.plays)
    plays = tuple(hostile(play, LOGS[name], size) for play in HISTORY.plays)
    history = dataclasses.replace(HISTORY, plays=plays)
    start = time.process_time()
    judge_history(info(), PLAN, history, Rubric(), CheckSet())
    assert time.process_time() - start < limits.SECONDS / SHARE


SOURCES = {
    "nested functions": (
        "".join(" " * n + f"def f{n}(a):\n" for n in range(40)) + " " * 40 + "[", "a,", "]\n"
    ),
    "nested calls": ("select(" * 80 + "[", "a,", "]" + ",b,c)" * 80 + "\n"),
    "nested brackets": ("x = ", "[*x ", "\n"),
    "a comment": ("# ", "open(", "\n"),
    "commas": ("select(", ",", ")\n"),
    "calls": ("", "open(a, 'w')\n", ""),
    "f-strings": ("", "f'{a:{a}}{{'\n", ""),
    "strings that never end": ("", "f'{\"", ""),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
def test_a_small_source_takes_little_time(name: str) -> None:
    begin, repeated, end = SOURCES[name]
    size = limits.SMALL_SOURCE // SHARE
    source = (begin + repeated * ((size - len(begin)) // len(repeated)) + end).encode()
    history = dataclasses.replace(HISTORY, source=source)
    plan = msgspec.structs.replace(PLAN, source=source)
    start = time.process_time()
    judge_history(info(), plan, history, Rubric(), CheckSet())
    newest_construct(source)
    select_calls(source)
    read_source(source)
    assert time.process_time() - start < limits.SECONDS / SHARE
