"""When the grader of a class is killed midway, the same command resumes where it stopped."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from attacks import ATTACKS, left_behind, program
from cli.samples import RIGHT, FakeSandbox

from grader.grading import pipeline
from grader.model.rubric import Rubric
from grader.runs.folder import find_finished
from grader.runs.run import Run
from grader.submissions.submission import Submission

pytestmark = pytest.mark.slow

COUNT, JOBS, BEFORE = 4, 2, 1
"""The submissions, how many are graded at once, and how many are reported before the kill."""

SUBREAPER = 36
"""``prctl(2)``: orphaned descendants become this process's children, so that it can see them."""


@pytest.fixture
def the_class(tmp_path: Path) -> Path:
    """Correct servers, on free ports."""
    source = program(ATTACKS["exhaustion/open_files"])
    for name in ("class", "temporary"):
        (tmp_path / name).mkdir()
    for number in range(COUNT):
        (tmp_path / "class" / f"s{number}.py").write_text(f"# {number}\n{source}", "utf-8")
    return tmp_path


@pytest.fixture
def orphans() -> Iterator[None]:
    libc = ctypes.CDLL(None)
    libc.prctl(SUBREAPER, 1, 0, 0, 0)
    yield
    libc.prctl(SUBREAPER, 0, 0, 0, 0)


def children() -> set[int]:
    return {
        int(pid)
        for path in Path("/proc/self/task").glob("*/children")
        for pid in path.read_text("ascii").split()
    }


def start(folder: Path, sandbox: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "grader", "--sandbox", sandbox, "--jobs", str(JOBS)]
    return subprocess.Popen(
        [*command, "class"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder / "temporary")},
    )


def kill_midway(grader: "subprocess.Popen[str]", folder: Path) -> list[str]:
    """Kill the grader when some submissions are reported and others are being played.

    Returns the lines that it printed.
    """
    assert grader.stdout
    assert grader.stderr
    lines = [grader.stdout.readline() for _ in range(BEFORE)]
    while True:
        # The grader is stopped during this check, so that nothing finishes before the kill.
        grader.send_signal(signal.SIGSTOP)
        _, status = os.waitpid(grader.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), grader.stderr.read()
        if not all(run.finished for run in played(folder)):
            break
        grader.send_signal(signal.SIGCONT)
    grader.kill()
    lines += grader.stdout.readlines()
    assert grader.wait(60) == -signal.SIGKILL
    grader.stdout.close()
    grader.stderr.close()
    return lines


def played(folder: Path) -> list[Run]:
    return [Run(path.parent) for path in folder.glob("runs/*/versions.json")]


@pytest.mark.parametrize(
    "sandbox",
    [
        "none",
        pytest.param("namespaces", marks=pytest.mark.namespaces),
        pytest.param("docker", marks=pytest.mark.docker),
    ],
)
@pytest.mark.usefixtures("orphans")
def test_the_same_command_resumes_where_it_stopped(the_class: Path, sandbox: str) -> None:
    others = children()
    grader = start(the_class, sandbox)
    reported = kill_midway(grader, the_class)
    for pid in iter(lambda: min(children() - others, default=0), 0):
        os.waitpid(pid, 0)  # until all its descendants have ended

    assert BEFORE <= len(reported) < COUNT
    done = {run.path: (run.path / "events.jsonl").read_bytes() for run in played(the_class)
            if run.finished}  # fmt: skip
    cut_off = [run.path for run in played(the_class) if not run.finished]
    assert len(done) >= len(reported)
    assert 1 <= len(cut_off) <= JOBS

    again = start(the_class, sandbox)
    out, err = again.communicate(timeout=100)
    assert again.returncode == 0
    # Without a sandbox it says that several cannot run at once.
    assert ("one at a time" in err) if sandbox == "none" else not err
    *lines, _, page = out.splitlines(keepends=True)
    assert page.endswith("runs/index.html\n")
    assert sorted(lines) == [f"s{number}.py  100 of 100 points\n" for number in range(COUNT)]
    assert set(reported) <= set(lines)

    # Finished runs are unchanged, interrupted ones are not used, and each submission has one run.
    assert {path: (path / "events.jsonl").read_bytes() for path in done} == done
    assert not any(Run(path).finished for path in cut_off)
    counted = sorted(run.info().submission for run in played(the_class) if run.finished)
    assert counted == [f"s{number}.py" for number in range(COUNT)]
    assert len(played(the_class)) == COUNT + len(cut_off)
    assert list((the_class / "temporary").iterdir()) == []
    assert left_behind(grader.pid) + left_behind(again.pid) == []


class KilledError(BaseException):
    pass


def test_a_run_is_complete_or_unfinished_wherever_the_grader_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file appears whole; a run that is killed between two of them must not look finished."""
    submission = Submission(name="zhang.py", source=b"print()\n")
    replace = Path.replace

    def grade(folder: Path, *, files: int) -> int:
        """Grade it, be killed after ``files`` files (-1: never); return how many were written."""
        written = 0

        def counted(path: Path, target: Path) -> Path:
            nonlocal written
            if written == files:
                raise KilledError
            written += 1
            return replace(path, target)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", counted)
            report = pipeline.grade(
                submission,
                rubric=Rubric(),
                seed=None,
                sandbox=FakeSandbox(RIGHT),
                folder=folder,
                progress=lambda _: None,
                known=find_finished(folder),
            )
        assert report.points == 100
        return written

    count = grade(tmp_path / "whole", files=-1)
    (first,) = find_finished(tmp_path / "whole").values()
    whole = _files(first)
    assert len(whole) > 10
    for files in range(count):
        folder = tmp_path / str(files)
        with pytest.raises(KilledError):
            grade(folder, files=files)
        grade(folder, files=-1)
        (run,) = find_finished(folder).values()
        assert _files(run) == whole, files


def _files(run: Run) -> set[Path]:
    """A run's files, without partly written ones."""
    return {
        path.relative_to(run.path)
        for path in run.path.rglob("*")
        if not path.name.endswith(".part")
    }
