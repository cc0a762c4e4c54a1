"""The command line: what it prints, what it refuses, and its exit status."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from checks.histories import history, idles, lines, right_scenes, says, scene

import grader
from grader import doctor, grading, runs
from grader.checks import CHECKS
from grader.cli import main
from grader.model.event import parse_event
from grader.model.plan import Plan, nonces
from grader.model.text import say
from grader.runs import Versions
from grader.sandbox import Ending, SandboxError

RIGHT = lines(*right_scenes())
DEAF = lines(scene("terminal", listening=False))
"""Of a program that listens nowhere: no points at all."""
CROWDED = lines(scene("terminal", idles("before any client")), scene("client"), out_of_time=True)
"""Of a machine that was too slow: not judged."""

UNPACKED = b'{"event": "log", "at": 1, "path": "x", "size": 1, "data": "*"}'
"""A log whose bytes cannot be unpacked."""


class FakeSandbox:
    """Plays what it is told to, one stream of events or one error for each submission."""

    name = "none"

    def __init__(self, *streams):
        self.streams = list(streams)
        self.plans: list[Plan] = []

    def run(self, plan, receive) -> Ending:
        self.plans.append(plan)
        stream = self.streams.pop(0)
        if isinstance(stream, BaseException):
            raise stream
        for line in stream:
            receive(line)
        return Ending(exit_code=0)


@pytest.fixture(autouse=True)
def a_place_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def grade(capsys):
    """Run the command line: exit status, output, complaints."""

    def run(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return stopped.value.code, out, err

    return run


@pytest.fixture
def play(grade, monkeypatch):
    """Grade submissions by these names, playing these streams."""

    def run(streams: dict, *options: str) -> tuple[int, str, str]:
        sandbox = FakeSandbox(*streams.values())
        monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
        for name in streams:
            Path(name).write_text("print()")
        status, out, err = grade("--sandbox", "none", *options, *streams)
        run.sandbox = sandbox
        return status, out, err

    return run


NO_MACHINE = SandboxError(say("It is \x1b[31mon fire."), say("Put it out."))


# --- grading ---


def test_a_right_server(play):
    status, out, err = play({"zhang.py": RIGHT})
    assert status == 0
    assert "100 of 100 points" in out
    assert "graded without a sandbox" in out
    assert err == ""


def test_a_wrong_one(play):
    status, out, _ = play({"zhang.py": DEAF})
    assert status == 1
    assert "0 of 100 points" in out
    assert "it listens on no TCP port" in out


@pytest.mark.parametrize(("mark", "status"), [(0, 0), (0.1, 1)])
def test_the_pass_mark_decides(play, mark, status):
    Path("rubric.toml").write_text(f"pass_mark = {mark}")
    assert play({"zhang.py": DEAF}, "--rubric", "rubric.toml")[0] == status


def test_what_could_not_be_judged(play):
    status, out, _ = play({"zhang.py": CROWDED})
    assert status == 3
    assert "could not be judged" in out


def test_what_has_no_points_need_not_be_judged(play):
    worthless = "\n".join(f"{c.name} = 0" for c in CHECKS if c.name != "starts")
    Path("rubric.toml").write_text("[points]\n" + worthless)
    assert play({"zhang.py": CROWDED}, "--rubric", "rubric.toml")[0] == 0


def test_a_machine_that_cannot(play):
    status, out, err = play({"zhang.py": NO_MACHINE})
    assert (status, out) == (3, "")
    assert "grade: zhang.py was not judged. It is \N{REPLACEMENT CHARACTER}[31mon fire." in err
    assert "→ Put it out." in err


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (RIGHT[:-1], "The agent ended before the run was over, with exit status 0"),
        (RIGHT[:1], "The agent ended before the run was over"),
        ([], "The agent ended before the run was over"),
        ([b"Hello"], "The agent wrote what is no event"),
        (
            [RIGHT[0], b'{"event": "log", "at": 1, "path": "x", "size": 1, "data": "*"}'],
            "report it",
        ),
    ],
)
def test_an_agent_that_was_lost(play, stream, said):
    status, out, err = play({"zhang.py": stream})
    assert (status, out) == (3, "")
    assert said in err


@pytest.mark.parametrize("rest", [[], [b"Hello"], [UNPACKED], [*RIGHT[5:], UNPACKED]])
def test_what_a_lost_run_had_told_is_kept(play, rest):
    play({"zhang.py": RIGHT[:5] + rest})
    (folder,) = Path("runs").iterdir()
    assert (folder / "lost.jsonl").read_bytes().splitlines()[:5] == RIGHT[:5]
    assert not (folder / "events.jsonl").exists()


def test_interrupted(play):
    status, _, err = play({"zhang.py": KeyboardInterrupt()})
    assert (status, err.strip()) == (130, "grade: interrupted.")


def test_terminated(play):
    class Killed(list):
        def __iter__(self):
            os.kill(os.getpid(), signal.SIGTERM)
            return super().__iter__()

    assert play({"zhang.py": Killed()})[0] == 128 + signal.SIGTERM


@pytest.mark.parametrize(
    ("streams", "status"),
    [
        ((RIGHT, RIGHT), 0),
        ((RIGHT, DEAF), 1),
        ((DEAF, RIGHT), 1),
        ((DEAF, CROWDED), 3),
        ((NO_MACHINE, DEAF), 3),
        ((NO_MACHINE, RIGHT), 3),
    ],
)
def test_of_several_the_one_that_says_most_counts(play, streams, status):
    found, out, _ = play(dict(zip(("a.py", "b.py"), streams, strict=True)))
    assert found == status
    assert "b.py" in out  # what became of the first stops nobody


def test_a_folder_of_submissions(grade, monkeypatch):
    sandbox = FakeSandbox(RIGHT, DEAF)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
    Path("class").mkdir()
    for name in ("b.py", "a.py", "readme.txt"):
        Path("class", name).write_text("x = 1")
    status, out, _ = grade("class", "--sandbox=none")
    assert status == 1
    assert out.index("a.py") < out.index("b.py")
    assert "readme" not in out


def test_a_seed_makes_the_texts(play):
    play({"a.py": RIGHT, "b.py": RIGHT}, "--seed", "7")
    one, other = play.sandbox.plans
    assert one.nonces == other.nonces
    play({"a.py": RIGHT, "b.py": RIGHT})
    one, other = play.sandbox.plans
    assert one.nonces != other.nonces


def test_the_smallest_seed(play):
    assert play({"a.py": RIGHT}, "--seed", "0")[0] == 0
    assert play.sandbox.plans[0].nonces == nonces(0)


def test_the_rubrics_limits_are_planned(play):
    Path("r.toml").write_text("limits.patience = 1.5")
    play({"a.py": RIGHT}, "--rubric", "r.toml")
    assert play.sandbox.plans[0].limits.patience == 1.5


def test_runs_are_kept_where_one_says(play):
    assert "run elsewhere/" in " ".join(play({"a.py": RIGHT}, "--runs", "elsewhere")[1].split())
    assert not Path("runs").exists()
    (folder,) = Path("elsewhere").iterdir()
    assert {"events.jsonl", "report.json"} <= {path.name for path in folder.iterdir()}


def test_runs_that_cannot_be_kept(play):
    Path("file").touch()
    status, out, err = play({"a.py": RIGHT}, "--runs", "file")
    assert (status, out) == (3, "")
    assert "The run cannot be stored in file/" in err


def test_a_name_that_is_no_text(play):
    name = os.fsdecode(b"\xff\x1b[31m.py")
    status, out, err = play({name: RIGHT})
    assert status == 0
    assert "\x1b" not in out + err
    assert "\\xff\N{REPLACEMENT CHARACTER}[31m.py" in out


# --- JSON ---


@pytest.mark.parametrize("stream", [RIGHT, DEAF, CROWDED])
def test_json_is_one_object(play, stream):
    _, out, err = play({"zhang.py": stream}, "--json")
    told = json.loads(out)
    assert err == ""
    assert told["submission"] == "zhang.py"
    assert told["points"] == sum(check["points"] for check in told["checks"])
    assert told["possible"] == sum(
        check["possible"] for check in told["checks"] if check["outcome"] != "not-judged"
    )
    assert [check["id"] for check in told["checks"]] == [check.name for check in CHECKS]
    for check in told["checks"]:
        assert check["outcome"] in ("pass", "fail", "skipped", "not-judged")
        assert check["points"] == (check["possible"] if check["outcome"] == "pass" else 0)
    (folder,) = Path("runs").iterdir()
    assert (folder / "report.json").read_text(encoding="utf-8") == out


def test_no_json_of_what_was_not_run(play):
    assert play({"zhang.py": NO_MACHINE}, "--json")[1] == ""


# --- usage ---


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(grade, option):
    status, out, _ = grade(option)
    assert status == 0
    for word in ("PATH", "--json", "--rubric", "--sandbox", "judge", "doctor", "explain", "130"):
        assert word in out


@pytest.mark.parametrize("command", ["judge", "doctor", "explain", "submission"])
def test_help_of_commands(grade, command):
    assert grade(command, "--help")[0] == 0


def test_the_version(grade):
    assert grade("--version")[:2] == (0, f"grade, version {grader.__version__}\n")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "Usage"),
        (["--json"], "Missing argument"),
        (["judge"], "Missing argument"),
        (["none.py"], "There is no file none.py"),
        (["."], "There is no Python program in the folder ."),
        (["--bogus", "a.py"], "No such option"),
        (["a.py", "--seed", "x"], "not a valid integer"),
        (["a.py", "--seed", "-1"], "not in the range"),
        (["a.py", "--sandbox", "chroot"], "is not one of"),
        (["a.py", "--rubric", "none.toml"], "The rubric none.toml cannot be read"),
        (["--rubric"], "requires an argument"),
        (["judge", "none"], "There is no run none."),
        (["judge", "."], "is no finished run"),
        (["judge", "none", "--rubric", "none.toml"], "The rubric none.toml cannot be read"),
        (["explain", "bogus"], "There is no check 'bogus'. The checks are: starts, client-logged"),
        (["explain", "starts", "departure"], "unexpected extra argument"),
        (["a\x1b[31m.py"], "a\N{REPLACEMENT CHARACTER}[31m.py"),
    ],
)
def test_wrong_usage(grade, args, said):
    status, out, err = grade(*args)
    assert status == 2
    assert out == ""
    assert said in err
    assert "\x1b" not in err


def test_one_wrong_path_stops_before_anything_is_run(play):
    status, out, err = play({"a.py": RIGHT}, "none.py")
    assert (status, out) == (2, "")
    assert "none.py" in err
    assert play.sandbox.plans == []


@pytest.mark.parametrize("source", [b"", b"\xff", b"x\0", b"# coding: hex\n", b"x" * (2 << 20)])
def test_bad_input_is_a_sentence(grade, source):
    Path("a.py").write_bytes(source)
    status, out, err = grade("a.py", "--sandbox", "none")
    assert (status, out) == (2, "")
    assert err.startswith("grade: a.py ")
    assert err.count("\n") == 1


# --- judge ---


@pytest.fixture
def stored(tmp_path):
    """A finished run, and how to make more."""

    def store(*scenes, submission="zhang.py", **end) -> Path:
        versions = Versions(submission=submission, sandbox="docker", seed=1, time=runs.now())
        run = runs.create(tmp_path / "kept", Plan(source=b"", nonces=()), versions)
        run.save_events(lines(*scenes, **end), history(*scenes, **end))
        return run.path

    return store


def test_judging_a_stored_run(grade, stored):
    status, out, _ = grade("judge", str(stored(*right_scenes())))
    assert status == 0
    assert "zhang.py" in out
    assert "100 of 100 points" in out


def test_judging_by_another_rubric(grade, stored):
    run = stored(*right_scenes(newcomer=scene("newcomer", says("a"))))
    Path("harsh.toml").write_text("pass_mark = 99\n[points]\nnewcomer = 50")
    assert grade("judge", str(run))[0] == 0
    status, out, _ = grade("judge", "--rubric", "harsh.toml", "--json", str(run))
    assert status == 1
    told = json.loads(out)
    assert (told["points"], told["possible"]) == (95, 145)


def test_judging_several(grade, stored):
    good, bad = stored(*right_scenes()), stored(scene("terminal", listening=False))
    assert grade("judge", str(good), str(bad))[0] == 1
    late = stored(*right_scenes()[:2], out_of_time=True)
    assert grade("judge", str(late), str(bad))[0] == 3


@pytest.mark.parametrize("name", ["events.jsonl", "plan.json", "versions.json"])
@pytest.mark.parametrize("data", [b"", b"[" * 100_000, b"\xff", b"{}"])
def test_judging_a_damaged_run(grade, stored, name, data):
    run = stored(*right_scenes())
    (run / name).write_bytes(data)
    status, out, err = grade("judge", str(run))
    assert (status, out) == (2, "")
    assert "is damaged, or of another version" in err


def test_judging_a_run_cut_short(grade, stored):
    run = stored(*right_scenes())
    data = (run / "events.jsonl").read_bytes()
    (run / "events.jsonl").write_bytes(b"".join(data.splitlines(keepends=True)[:-3]))
    assert grade("judge", str(run))[0] == 2


def test_judging_needs_nothing_to_run(grade, stored, monkeypatch):
    monkeypatch.setattr(grading, "grade", None)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", None)
    assert grade("judge", str(stored(*right_scenes())))[0] == 0


# --- explain ---


def test_explain_all(grade):
    status, out, _ = grade("explain")
    assert status == 0
    for check in CHECKS:
        assert check.name in out


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_explain_one(grade, check):
    status, out, _ = grade("explain", check.name)
    assert status == 0
    words = " ".join(out.split())
    for text in (check.name, f"{check.points:g}", *check.needs):
        assert text in words
    # The columns are folded: their first words are enough.
    for text in (check.asks, check.why, check.lesson):
        assert " ".join(str(text).split()[:3]) in words


# --- doctor ---

FINE = doctor.Ok(what=say("A folder is [here]."))
SLOW = doctor.Problem(what=say("It is slow."), remedy=say("Wait."), prevents=False)
GONE = doctor.Problem(what=say("It is gone."), remedy=say("Bring it."))


@pytest.mark.parametrize(
    ("found", "status"), [([FINE], 0), ([FINE, SLOW], 0), ([GONE, FINE], 3), ([SLOW, GONE], 3)]
)
def test_doctor(grade, monkeypatch, found, status):
    asked = []
    monkeypatch.setattr(doctor, "examine", lambda *, runs: asked.append(runs) or found)
    told = {
        id(FINE): "✓ ok       A folder is [here].\n",
        id(SLOW): "! warning  It is slow.\n           → Wait.\n",
        id(GONE): "✗ problem  It is gone.\n           → Bring it.\n",
    }
    assert grade("doctor", "--runs", "kept") == (status, "".join(told[id(f)] for f in found), "")
    assert asked == [Path("kept")]


# --- a process of its own ---


def process(*args: str, code: str = "", **env: str) -> subprocess.CompletedProcess[bytes]:
    told = subprocess.run(
        [sys.executable, *(["-c", code] if code else ["-m", "grader.cli"]), *args],
        env={**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1]), **env},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert b"Traceback" not in told.stderr
    return told


IMPORTED = """
import sys
from grader.cli import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("args", [["--help"], ["none.py"], ["--version"], ["judge", "--help"]])
def test_what_is_said_at_once_imports_nothing_slow(args):
    modules = process(*args, code=IMPORTED).stderr.decode().split()
    assert "grader.cli" in modules
    assert not {"docker", "rich", "requests", "ssl", "asyncio"} & set(modules)


def test_judging_does_not_import_docker(stored):
    told = process("judge", str(stored(*right_scenes())), code=IMPORTED)
    assert told.returncode == 0
    assert not {"docker", "requests"} & set(told.stderr.decode().split())


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252", "utf-8"])
def test_an_output_that_takes_few_characters(stored, encoding):
    """A pipe on Windows, for example: signs may be lost, points may not."""
    run = str(stored(*right_scenes(newcomer=scene("newcomer", says("a"))), submission="早.py"))
    told = process("judge", run, PYTHONIOENCODING=encoding)
    assert told.returncode == 0
    assert b"95 of 100 points" in told.stdout
    told = process("judge", "--json", run, PYTHONIOENCODING=encoding)
    assert json.loads(told.stdout)["submission"] == "早.py"


def test_a_reader_that_goes_away(stored):
    run = str(stored(*right_scenes()))
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        told = subprocess.run(
            [sys.executable, "-m", "grader.cli", "judge", run, run],
            env={**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1])},
            stdout=closed, stderr=subprocess.PIPE, check=False, timeout=60,
        )  # fmt: skip
    assert told.returncode != 0
    assert b"Traceback" not in told.stderr
    assert b"Exception ignored" not in told.stderr


def test_the_streams_are_what_an_agent_writes():
    for line in (*RIGHT, *DEAF, *CROWDED):
        parse_event(line)
