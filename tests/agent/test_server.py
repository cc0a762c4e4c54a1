"""How a program is started, and what it finds then."""

import json
from pathlib import Path

import pytest

from agent.agent_process import MAIN, agent, collect, encode, make_plan
from agent.assertions import EACH_ONCE
from agent.servers import RIGHT, server
from grader.model import event

pytestmark = pytest.mark.timeout(60)


def test_a_program_that_cannot_be_started_fails_the_agent(tmp_path: Path):
    """It would be the machine's fault, or ours; the agent fails, and nothing is judged."""
    code = "sys.executable = '/nonexistent/python'\n" + MAIN
    with agent(tmp_path, code) as process:
        assert process.stdin
        process.stdin.write(encode(make_plan(RIGHT, tmp_path)))
        process.stdin.flush()
        out, complaint = collect(process)
        assert process.returncode == 1
        assert b'"ended"' not in out
        assert b"cannot be started: FileNotFoundError" in complaint


def test_the_exit_status_is_always_known(drive):
    """It may end at any moment of a look at it; fifteen different ones here."""
    steps = """
    for number in range(15):
        program = f"import time; time.sleep({number / 2500}); raise SystemExit(7)"
        another = Workspace.create(
            str(number + 2), plan["root"], plan["home"], (), choose(plan), program.encode()
        )
        stage.close()
        stage = Stage.start(events, another, iter(()), plan["limits"], run_time)
        try:
            stage.wait_until_listening()
        except Over:
            pass
    """
    run = drive(RIGHT, steps)
    ended = [(e.code, e.signal) for e in run.of(event.Ended)]
    assert ended[:15] == [(7, None)] * 15


def test_the_size_of_a_file_is_limited(drive):
    changed = "def log(data):\n    open('x.log', 'ab').write(data * 10000)"
    run = drive(server(changed), EACH_ONCE, limits={"file_size": 10_000})
    assert run.play().ended, run.explain()
    assert [file.size for file in run.play().files] == [10_000]


def test_the_program_runs_under_a_neutral_name_in_a_usual_environment(drive):
    source = """
    import json, os, signal, sys
    found = {
        "file": os.path.basename(__file__), "name": __name__, "cwd": os.getcwd(),
        "environment": dict(os.environ), "tty": [os.isatty(file) for file in range(3)],
        "files": sorted(os.listdir("/proc/self/fd"), key=int), "group": os.getpgrp() == os.getpid(),
        "session": os.getsid(0) == os.getpid(), "foreground": os.tcgetpgrp(0) == os.getpid(),
        "pipe": signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN, "argv": sys.argv,
        "size": tuple(os.get_terminal_size()),
    }
    json.dump(found, open("found.json", "w"))
    """
    run = drive(source, "")
    (file,) = run.play().files
    found = json.loads(file.data)
    assert found["file"] == "submission.py"
    assert found["argv"] == ["submission.py"]
    assert found["name"] == "__main__"
    assert found["cwd"].endswith("/course/homework")
    assert found["environment"]["HOME"] == str(run.folder / "home")
    assert not any("PYTHONPATH" in name for name in found["environment"])
    assert found["tty"] == [True, True, True]
    assert found["files"] == ["0", "1", "2", "3"]  # the fourth is the listing itself
    assert found["group"] and found["session"] and found["foreground"]  # noqa: PT018
    assert found["size"] == [80, 24]
