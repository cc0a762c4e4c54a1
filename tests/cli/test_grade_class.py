"""Several submissions: a line for each, no failure stops the others, earlier runs are reused."""

import csv
import html
import io
import json
import re
import threading
from pathlib import Path

import pytest
from checks.histories import ends, scene
from checks.histories import lines as events
from rich.console import Console

from cli.samples import CROWDED, DEAF, NO_MACHINE, RIGHT, FakeSandbox
from grader import atomic
from grader.cli import grade_paths
from grader.runs import lock
from grader.runs.run import Run
from grader.sandbox import AgentExit

FAILS = events(
    scene(
        "terminal",
        ends(),
        listening=False,
        terminal=b"Traceback (most recent call last):\r\n"
        b'  File "/work/1/submission.py", line 1, in <module>\r\n    x\r\nNameError: x\r\n',
    )
)
"""A program that ends with an error."""


def test_submissions_that_may_take_long_start_first(the_class):
    Path("class").mkdir()
    Path("class", "b.py").write_text("select.select(rlist, [], [], 5)\n")
    _, lines, _ = the_class(["a.py", "c.py"], [RIGHT, DEAF, RIGHT])
    assert [line.split()[0] for line in lines[:3]] == ["b.py", "a.py", "c.py"]


def test_a_line_for_each_and_a_summary(the_class):
    status, lines, err = the_class(["a.py", "b.py", "c.py"], [RIGHT, DEAF, CROWDED])
    assert status == 3
    assert lines == [
        "a.py  100 of 100 points",
        "b.py    0 of 100 points  failed: starts",
        # (its possible points exclude what could not be judged)
        lines[2],
        "3 submissions: 1 at or above the pass mark, 1 below it, 1 not judged; "
        "50.0 points on average, of those judged.",
        "Class page: runs/index.html",
    ]
    assert lines[2].startswith("c.py  ")
    assert re.match(r"c\.py +not judged  \d+ of \d+ points so far$", lines[2])
    assert err == ""


def test_a_failed_run_does_not_stop_the_others_and_is_retried_once(the_class):
    class Recovers(FakeSandbox):
        def recover(self):
            return True

    streams = [NO_MACHINE, NO_MACHINE, RIGHT, NO_MACHINE, RIGHT]
    status, lines, err = the_class(["a.py", "b.py", "c.py"], [], sandbox=Recovers(*streams))
    assert status == 3
    assert [line.split()[0] for line in lines] == ["c.py", "a.py", "b.py", "3", "Class"]
    assert "on fire" in lines[1]
    assert err.count("was not judged") == 1
    assert "a.py was not judged" in err


def test_a_students_folder_is_graded_by_its_name(the_class):
    Path("class/zhang_san").mkdir(parents=True)
    Path("class/zhang_san/server.py").write_text("print()\n")
    status, lines, err = the_class(["li.py"], [RIGHT, FAILS])
    assert (status, err) == (1, "")
    assert [line.split()[0] for line in lines[:2]] == ["li.py", "zhang_san"]
    (run,) = map(Run, Path("runs").glob("zhang_san-*"))
    assert (run.info().submission, run.info().program) == ("zhang_san", "server.py")
    # Quoted lines are labelled with the file, not with the folder.
    assert r"File \"server.py\", line 1" in run.report().decode()
    assert 'class="named' in (run.path / "report.html").read_text("utf-8")
    assert the_class([], [])[1] == lines


def test_what_is_no_program_is_a_row_without_points(the_class):
    Path("class/wang").mkdir(parents=True)
    Path("class/wang/server.py").touch()
    Path("class/zhao.py").symlink_to("/etc/passwd")
    Path("class/zhou").symlink_to("wang")
    status, lines, err = the_class(["li.py"], [RIGHT])
    assert status == 1
    rows = sorted(lines[:4])
    assert rows == [
        "li.py    100 of 100 points",
        *(
            f"{name}    0 of 100 points  failed: starts"
            for name in ("wang   ", "zhao.py", "zhou   ")
        ),
    ]
    assert err.splitlines() == [
        "grade: zhao.py gets no points: zhao.py is a link.",
        "grade: zhou gets no points: zhou is a link.",
        "grade: wang gets no points: wang/server.py is empty.",
    ]
    assert len(list(Path("runs").glob("*/"))) == 4
    assert sorted(the_class([], [])[1][:4]) == rows  # earlier runs are used
    assert len(list(Path("runs").glob("*/"))) == 4


def test_what_is_no_program_is_in_the_page_and_the_gradebook(the_class, grade):
    Path("class").mkdir()
    for name in ("wang.py", "wu.py"):
        Path("class", name).touch()
    the_class(["li.py"], [RIGHT])
    page = Path("runs/index.html").read_text("utf-8")
    assert "wang.py is empty" in page
    assert "Similar programs" not in page
    status, out, err = grade("book")
    assert (status, err) == (0, "")
    assert [line.split(",")[:4] for line in out.splitlines()[1:]] == [
        ["li.py", "graded", "100", "100"],
        ["wang.py", "graded", "0", "100"],
        ["wu.py", "graded", "0", "100"],
    ]


def test_what_was_not_run_differs_in_the_program_alone(the_class, grade):
    the_class(["li.py"], [RIGHT])
    Path("class/li.py").write_text("")
    the_class([], [], "--runs", "later")
    status, out, err = grade("diff", "runs", "later")
    assert (status, err) == (1, "")
    (why,) = re.findall("why: (.*)", out)
    assert why.startswith("the program has changed")


def test_ambiguous_programs_do_not_stop_the_others(the_class):
    for name in ("li/a.py", "li/b.py", "zhang/server.py", "zhang.py"):
        Path("class", name).parent.mkdir(parents=True, exist_ok=True)
        Path("class", name).write_text("print()\n")
    status, lines, err = the_class(["wang.py"], [RIGHT])
    assert (status, err) == (3, "")
    li, zhang, wang = sorted(lines[:3])[0], sorted(lines[:3])[2], sorted(lines[:3])[1]
    assert "Not gradable: li contains several programs: a.py and b.py." in li
    assert "class/zhang.py and class/zhang/server.py have the same name" in zhang
    assert "100 of 100" in wang


def test_no_sandbox_is_opened_if_nothing_can_be_graded(grade):
    for name in ("one/zhang.py", "two/zhang.py"):
        Path(name).parent.mkdir()
        Path(name).write_text("print()\n")
    status, out, err = grade("--sandbox", "docker", "one/zhang.py", "two/zhang.py")
    assert (status, err) == (3, "")
    assert "have the same name" in out


def test_runs_are_not_taken_for_submissions(grade, monkeypatch):
    sandbox = FakeSandbox(RIGHT, DEAF)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
    for name in ("a.py", "b.py"):
        Path(name).write_text(name)
    first = grade("--sandbox", "none", "--jobs", "1", ".")
    Path("runs").rename("runs-old")
    sandbox.streams = [RIGHT, DEAF]
    assert grade("--sandbox", "none", "--jobs", "1", ".") == first
    assert grade("--sandbox", "none", "--jobs", "1", ".") == first
    status, _, err = grade("--sandbox", "none", "runs")
    assert (status, "There is no Python program in the folder runs" in err) == (2, True)


@pytest.mark.parametrize("damage", [b"", b'{"event', b"damaged\n", RIGHT[0] + b"\n"])
def test_a_run_with_damaged_events_is_repeated(the_class, damage):
    names = ["a.py", "b.py"]
    the_class(names, [RIGHT, RIGHT])
    for run in Path("runs").glob("b-*"):
        (run / "events.jsonl").write_bytes(damage)
    _, lines, err = the_class(names, [DEAF])
    assert lines[:2] == ["a.py  100 of 100 points", "b.py    0 of 100 points  failed: starts"]
    assert err == ""
    # (the latest run counts, and it is complete)
    assert the_class(names, [])[1] == lines


def test_json_is_one_object_per_line(the_class):
    status, lines, _ = the_class(["a.py", "b.py"], [RIGHT, DEAF], "--json")
    assert status == 1
    assert [json.loads(line)["points"] for line in lines] == [100, 0]


def test_an_interrupt_ends_the_running_submissions(the_class):
    class Runs(FakeSandbox):
        stopped = threading.Event()

        def stop(self):
            self.stopped.set()

        def run(self, plan, receive):
            if self.plans:
                raise KeyboardInterrupt
            return super().run(plan, receive)

    sandbox = Runs(RIGHT, RIGHT, RIGHT)
    status, lines, _ = the_class(["a.py", "b.py", "c.py"], [], sandbox=sandbox)
    assert status == 130
    assert sandbox.stopped.is_set()
    assert lines == ["a.py  100 of 100 points"]


def test_a_terminal_shows_a_progress_table(the_class, monkeypatch):
    named = threading.Event()

    class Terminal(io.StringIO):
        def write(self, text):
            if "[red]\N{REPLACEMENT CHARACTER}.py" in text:
                named.set()
            return super().write(text)

    class Watched(FakeSandbox):
        def run(self, plan, receive):
            assert named.wait(20), "it is not shown that the first runs"
            return super().run(plan, receive)

    shown = Terminal()
    monkeypatch.setattr(
        "grader.cli.progress.plain_console",
        lambda **_: Console(file=shown, force_terminal=True, width=80, markup=False),
    )
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    sandbox = Watched(RIGHT, DEAF, CROWDED)
    _, lines, _ = the_class(["[red]\x1b.py", "a.py", "b.py"], [], sandbox=sandbox)
    assert len(lines) == 5
    shown_text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[━╸╺]", "", shown.getvalue())
    rows = [" ".join(line.split()) for line in re.split(r"[\r\n]+", shown_text) if " of 3 " in line]
    assert "finished mean points time left running" in " ".join(shown_text.split())
    assert rows[0].startswith("0 of 3 – – ")
    assert any(row.startswith("1 of 3 100.0 ") for row in rows)
    assert any(re.match(r"2 of 3 50\.0 (–|0:00:0\d) ", row) for row in rows)
    # The third could not be judged, so no mean includes it.
    assert rows[-1].startswith("3 of 3 50.0 0:00:00 –")


def test_jobs_run_at_the_same_time(grade, monkeypatch):
    met = threading.Barrier(3, timeout=20)

    class Together(FakeSandbox):
        def run(self, plan, receive) -> AgentExit:
            met.wait()
            return super().run(plan, receive)

    sandbox = Together(*[RIGHT] * 3)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
    for name in ("a.py", "b.py", "c.py"):
        Path(name).write_text("x")
    assert grade("--sandbox", "none", "--jobs", "3", "a.py", "b.py", "c.py")[0] == 0


@pytest.mark.parametrize(("jobs", "warned"), [(("--jobs", "3"), True), ((), False)])
def test_where_ports_are_shared_one_runs_at_a_time(grade, monkeypatch, jobs, warned):
    running = threading.Semaphore(1)

    class Alone(FakeSandbox):
        shares_ports = True

        def run(self, plan, receive) -> AgentExit:
            assert running.acquire(blocking=False)
            ended = super().run(plan, receive)
            running.release()
            return ended

    sandbox = Alone(*[RIGHT] * 5)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
    programs = [f"{name}.py" for name in "abcde"]
    for name in programs:
        Path(name).write_text("x")
    status, _, err = grade("--sandbox", "none", *jobs, *programs)
    assert status == 0
    assert ("run one at a time" in err) == warned


def test_without_a_sandbox_nothing_is_graded(grade, monkeypatch):
    def none():
        raise NO_MACHINE

    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", none)
    for name in ("a.py", "b.py"):
        Path(name).write_text("x")
    status, out, err = grade("--sandbox", "none", "a.py", "b.py")
    assert (status, out) == (3, "")
    assert err.count("Put it out.") == 1


def test_what_cannot_be_graded_is_in_the_table_the_page_and_the_gradebook(the_class, grade):
    Path("class/wang").mkdir(parents=True)
    Path("class/zhao.docx").write_bytes(b"PK\3\4 word/document.xml")
    status, lines, err = the_class(["li.PY", "wu.py"], [RIGHT, RIGHT])
    assert (status, err) == (3, "")
    document = "Not gradable: zhao.docx is a Word document. Hand in the program's .py file."
    nothing = "Not gradable: There is no Python program in wang. Hand in the program's .py file."
    rows = sorted(" ".join(line.split()) for line in lines[:4])
    full = "100 of 100 points"
    assert rows == [
        f"li.PY {full}",
        f"wang – {nothing}",
        f"wu.py {full}",
        f"zhao.docx – {document}",
    ]
    page = html.unescape(Path("runs/index.html").read_text("utf-8"))
    assert document in page
    assert nothing in page
    status, out, err = grade("book")
    assert status == 3
    assert f"zhao.docx has no grade. {document}" in err
    table = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert {each["submission"]: (each["points"], each["reason"]) for each in table} == {
        "li.PY": ("100", ""),
        "wu.py": ("100", ""),
        "wang": ("", nothing),
        "zhao.docx": ("", document),
    }
    for run in Path("runs").glob("zhao*"):
        assert grade("judge", run)[0] == 3


def test_a_document_counts_no_more_once_its_program_is_there(the_class, grade):
    Path("class").mkdir()
    Path("class/zhao.docx").write_bytes(b"PK\3\4 word/document.xml")
    the_class(["li.py", "wu.py"], [RIGHT, RIGHT])
    the_class(["zhao.py"], [RIGHT])
    status, out, err = grade("book")
    assert (status, err) == (0, "")
    named = [line.split(",")[0] for line in out.splitlines()[1:]]
    assert named == ["li.py", "wu.py", "zhao.py"]


def test_a_class_is_not_run_twice_at_once(the_class, monkeypatch):
    """While another process grades there, grade waits, and uses what that one has run."""
    names = ["a.py", "b.py"]
    the_class(names, [RIGHT, RIGHT])
    held, waits = threading.Event(), threading.Event()

    def hold():
        with atomic.locked(Path("runs", lock.GRADING)):
            held.set()
            waits.wait(60)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(60)
    monkeypatch.setattr(grade_paths, "_say_waiting", lambda folder: waits.set())
    status, _, _ = the_class(names, [])
    other.join()
    assert waits.is_set()
    assert (status, the_class.sandbox.plans) == (0, [])


def test_git_ignores_a_new_folder_of_runs_and_no_other(the_class):
    the_class(["a.py", "b.py"], [RIGHT, RIGHT])
    assert Path("runs", ".gitignore").read_text().splitlines()[-1] == "*"
    Path("mine").mkdir()
    the_class(["a.py", "b.py"], [RIGHT, RIGHT], "--runs", "mine")
    assert not Path("mine", ".gitignore").exists()
