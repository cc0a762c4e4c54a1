"""A class whose grader is killed midway: the same command goes on where it was."""

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
from grader.runs.run import Run, finished
from grader.submissions.submission import Submission

COUNT, JOBS, BEFORE = 4, 2, 1
"""Of so many, at once, it is killed when so many are told."""

SUBREAPER = 36
"""``prctl(2)``: what is orphaned below this process becomes its child, and so can be seen."""


@pytest.fixture
def the_class(tmp_path: Path) -> Path:
    """Right servers, on whichever ports are free."""
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
    command = [sys.executable, "-m", "grader.cli.main", "--sandbox", sandbox, "--jobs", str(JOBS)]
    return subprocess.Popen(
        [*command, "class"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder / "temporary")},
    )


def kill_midway(grader: "subprocess.Popen[str]", folder: Path) -> list[str]:
    """Kill it when some are told and others are being played; what it has told."""
    assert grader.stdout
    assert grader.stderr
    lines = [grader.stdout.readline() for _ in range(BEFORE)]
    while True:
        # It stands still while this looks, so that nothing is over before it is killed.
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
def test_the_same_command_goes_on_where_it_was(the_class: Path, sandbox: str) -> None:
    others = children()
    grader = start(the_class, sandbox)
    told = kill_midway(grader, the_class)
    for pid in iter(lambda: min(children() - others, default=0), 0):
        os.waitpid(pid, 0)  # until all that it has started has ended, too

    assert BEFORE <= len(told) < COUNT
    done = {run.path: (run.path / "events.jsonl").read_bytes() for run in played(the_class)
            if run.finished}  # fmt: skip
    cut_off = [run.path for run in played(the_class) if not run.finished]
    assert len(done) >= len(told)
    assert 1 <= len(cut_off) <= JOBS

    again = start(the_class, sandbox)
    out, err = again.communicate(timeout=100)
    assert (again.returncode, err) == (0, "")
    *lines, _, page = out.splitlines(keepends=True)
    assert page.endswith("runs/index.html\n")
    assert sorted(lines) == [f"s{number}.py  100 of 100 points\n" for number in range(COUNT)]
    assert set(told) <= set(lines)

    # What was finished is what it was; what was cut off is nobody's; each has been played once.
    assert {path: (path / "events.jsonl").read_bytes() for path in done} == done
    assert not any(Run(path).finished for path in cut_off)
    counted = sorted(run.versions().submission for run in played(the_class) if run.finished)
    assert counted == [f"s{number}.py" for number in range(COUNT)]
    assert len(played(the_class)) == COUNT + len(cut_off)
    assert list((the_class / "temporary").iterdir()) == []
    assert left_behind(grader.pid) + left_behind(again.pid) == []


class KilledError(BaseException):
    pass


def test_wherever_it_is_killed_a_run_is_whole_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file appears whole; what is killed between two of them must not look finished."""
    submission = Submission(name="zhang.py", source=b"print()\n")
    replace = Path.replace

    def grade(folder: Path, *, files: int) -> int:
        """Grade it, and be killed after so many files; how many there were."""
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
                known=finished(folder),
            )
        assert report.points == 100
        return written

    count = grade(tmp_path / "whole", files=-1)
    (first,) = finished(tmp_path / "whole").values()
    whole = _files(first)
    assert len(whole) > 10
    for files in range(count):
        folder = tmp_path / str(files)
        with pytest.raises(KilledError):
            grade(folder, files=files)
        grade(folder, files=-1)
        (run,) = finished(folder).values()
        assert _files(run) == whole, files


def _files(run: Run) -> set[Path]:
    """A run's files, but for what was left where one was being written."""
    return {
        path.relative_to(run.path)
        for path in run.path.rglob("*")
        if not path.name.endswith(".part")
    }
