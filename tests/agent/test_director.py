"""Which scenarios are played, by what earlier ones show."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import agent_process
from agent.agent_process import HOMEWORK, TOP, Run
from agent.servers import RIGHT, server
from grader.model import event

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

ALL = list(HOMEWORK)


def assert_complete(run: Run) -> None:
    assert run.events[-1] == event.Finished(at=run.events[-1].at, complete=True), run.explain()
    assert run.history.finished
    assert not run.history.out_of_time


def assert_all_logged(run: Run) -> None:
    for name in set(run.names):
        play = run.play(name)
        assert play.failure is None, f"{name}\n{run.explain()}"
        logged = run.logged(name)
        assert [m.name for m in play.messages if m.nonce.encode() not in logged] == []


def test_a_right_server(run):
    done = run(RIGHT)
    assert_complete(done)
    assert done.names == ALL
    assert done.history.ending == ""
    assert not done.of(event.Chosen)
    assert_all_logged(done)
    assert all(settled.asleep for settled in done.of(event.Settled))
    assert all(play.typing and play.ending == "" for play in done.plays)
    assert not done.errors


@pytest.mark.parametrize(
    ("only", "played"),
    [
        ((), ["terminal"]),
        (("terminal",), ["terminal"]),
        (("newcomer",), ["terminal", "client", "newcomer"]),
        (("burst", "return"), ["terminal", "client", "return", "burst"]),
        (("silent-client",), ["terminal", "client", "silent-client"]),
        (("restart",), ["terminal", "client", "restart"]),
        (("silent-client", "restart"), ["terminal", "client", "restart", "silent-client"]),
        (("quiet",), ["terminal", "client", "together", "newcomer"]),
    ],
)
def test_scenarios_that_are_asked_for_alone(run, only, played):
    done = run(RIGHT, only=only)
    assert_complete(done)
    assert [play.scenario for play in done.history.plays] == played
    assert_all_logged(done)
    assert not done.errors


def test_a_silent_client_that_is_asked_for_alone_is_a_servers_first_client(run):
    done = run(RIGHT, only=("silent-client",))
    names = [e.name for e in done.of(event.Scenario) if e.fresh]
    assert names == ["terminal", "silent-client"]


def test_a_scenario_that_is_asked_for_alone_is_played_with_the_ending_that_the_server_needs(run):
    done = run(server(LINES), only=("newcomer",))
    assert_complete(done)
    assert done.play("newcomer").ending == "\n"
    assert_all_logged(done)


def test_each_message_settles_before_the_next_except_in_a_burst(run):
    play = run(RIGHT).play("together")
    places = [(message.sent, message.settled) for message in play.messages]
    alone = places[: -3 * 4]
    assert all(settled < sent for (_, settled), (sent, _) in zip(alone, places[1:], strict=False))
    burst = places[-4:]
    assert len({settled for _, settled in burst}) == 1
    assert {message.source for message in play.messages[-4:]} == {
        "terminal", "client 1", "client 2", "client 3",
    }  # fmt: skip


def test_every_scenario_has_a_fresh_process_folder_and_terminal(run):
    counted = server("""
log(b"%d" % os.getpid())
print(os.listdir(), os.listdir(os.environ["HOME"]))
open(os.environ["HOME"] + "/kept", "w")
""")
    done = run(counted, alone=True)
    pids = [play.files[-1].data.split()[0] for play in done.plays]
    assert len(set(pids)) == len(ALL)
    for play in done.plays:
        first = play.terminal.split(b"\r\n")[0]
        assert b"kept" not in first
        assert first.count(b"submission.py") == 1


LINES = """
parts = {}
def on_text(client, data):
    *lines, rest = (parts.get(client, b"") + data).split(b"\\n")
    parts[client] = rest
    for line in lines: log(line)
"""

AT_DEPARTURE = """
def on_departure(client):
    if parts.get(client): log(parts[client])
    rlist.remove(client)
    client.close()
"""


@pytest.mark.parametrize("at_departure", ["", AT_DEPARTURE], ids=["never", "at departure"])
def test_a_server_that_needs_lines(run, at_departure):
    done = run(server(LINES + at_departure))
    assert_complete(done)
    assert done.names == ["terminal", "client", "client", *ALL[2:]]
    assert [chosen.ending for chosen in done.of(event.Chosen)] == ["\n"]
    assert done.history.ending == "\n"
    assert [play.ending for play in done.plays] == ["", "", *["\n"] * 5]
    for name in ALL:
        play = done.play(name)
        assert play.failure is None, done.explain()
        assert all(m.nonce.encode() in done.logged(name) for m in play.messages)


def test_a_server_that_logs_only_at_exit(run):
    kept = """
kept = []
def log(data): kept.append(data)
def on_end():
    with open(LOG, "wb") as file: file.write(b"\\n".join(kept))
"""
    done = run(server(kept))
    assert_complete(done)
    assert done.history.times["halves"] == 1
    assert not done.of(event.Chosen)
    assert_all_logged(done)
    assert done.play("client").found["settled"] == frozenset()


KEPT_LINES = """
kept = []
def log(data): kept.append(data)
def on_end():
    with open(LOG, "wb") as file: file.write(b"".join(kept))
"""


@pytest.mark.parametrize("at_departure", ["", AT_DEPARTURE], ids=["never", "at departure"])
def test_a_server_that_needs_lines_and_logs_only_at_exit(run, at_departure):
    done = run(server(LINES + at_departure + KEPT_LINES))
    assert_complete(done)
    assert [chosen.ending for chosen in done.of(event.Chosen)] == ["\n"]
    assert done.play("together").ending == "\n"


def test_a_page_of_the_latest_message_shows_that_it_needs_lines(run):
    page = KEPT_LINES.replace("kept.append(data)", "kept.append(data); show(data)")
    show = """
def show(data):
    with open("latest.txt", "wb") as file: file.write(data)
"""
    done = run(server(LINES + AT_DEPARTURE + show + page))
    assert [chosen.ending for chosen in done.of(event.Chosen)] == ["\n"]
    assert done.play("together").ending == "\n"


def test_a_server_that_logs_no_client(run):
    done = run(server("def on_text(client, data): pass"))
    assert done.names == ["terminal", "client", "client", "client"]
    assert done.events[-1].complete is False
    assert not done.of(event.Chosen)
    assert done.history.ending == ""


def test_a_server_that_does_not_read_its_terminal(run):
    done = run(RIGHT.replace("rlist = [sys.stdin, *listeners]", "rlist = [*listeners]"))
    assert_complete(done)
    assert done.names == ["terminal", "client", "newcomer", "departure", "silent-client"]
    assert [play.typing for play in done.plays] == [True, *[False] * 4]
    terminal, *others = done.plays
    assert isinstance(terminal.failure, event.Stuck)
    assert [(w.source, w.what) for w in terminal.failure.waiting] == [("terminal", "line")]
    assert terminal.observed[-1][1].phase == "after typing"
    for play in others:
        assert play.failure is None
        assert {message.source for message in play.messages} <= {f"client {n}" for n in range(9)}


def test_a_server_that_drops_typed_lines(run):
    done = run(server("def on_line(line): pass"))
    assert done.names == ["terminal", "client", "newcomer", "departure", "silent-client"]
    assert done.plays[0].failure is None
    assert not any(message.typed for play in done.plays[1:] for message in play.messages)


def test_a_program_that_never_listens(run):
    done = run("raise SystemExit(3)")
    assert done.names == ["terminal"]
    assert done.events[-1].complete is False
    assert done.plays[0].ended


def test_a_server_that_serves_one_client_at_a_time(run):
    serial = """
def serve():
    while True:
        for ready in select([sys.stdin, *listeners], [], [])[0]:
            if ready is sys.stdin:
                on_line(sys.stdin.readline())
                continue
            client = ready.accept()[0]
            while data := client.recv(1024): log(data)
            client.close()
"""
    started = time.monotonic()
    done = run(server(serial), limits={"patience": 8.0})
    took = time.monotonic() - started
    assert done.events[-1].complete
    stuck = [play.scenario for play in done.plays if play.failure]
    assert stuck == ["together", "silent-client", "newcomer", "departure"]
    assert all(isinstance(play.failure, event.Stuck) for play in done.plays if play.failure)
    # Measured: 0.2 s. Patience would be four times eight seconds.
    assert took < 8, "a stuck server costs no patience"


def test_a_server_that_ends_at_a_departure(run):
    done = run(server("def on_departure(client): sys.exit(5)"))
    assert_complete(done)
    assert [play.scenario for play in done.plays if play.failure] == ["departure"]
    assert done.play("departure").ended.code == 5
    assert done.play("client").stopped.code == 5


def test_a_server_that_spins_after_a_departure(run):
    done = run(server("def on_departure(client): pass"))
    assert_complete(done)
    seen = [
        seen for _, seen in done.play("departure").observed if seen.phase == "after a departure"
    ]
    assert seen
    assert all(2 * one.ran > one.wall - one.waited for one in seen)
    assert all(m.settled for m in done.play("departure").messages)


def test_any_file_name_is_reported(run):
    """Bytes that are no text, and text that JSON has to escape."""
    done = run(server('LOG = b"a\\xff\\"\\n\\\\.log"'))
    assert [file.path for file in done.play("terminal").files] == ['a\\xff"\n\\.log']


def test_every_kind_of_event_occurs(run):
    """Strictly: :class:`agent.agent_process.Run` decodes all that an agent writes."""
    done = run(server("def on_text(client, data):\n    log(data)\n    client.send(data)"))
    kinds = {type(e) for e in done.events}
    assert kinds >= {
        event.Agent, event.Scenario, event.Started, event.Listening, event.Connecting,
        event.Connected, event.Sent, event.Settled, event.Observed, event.Left, event.Stopping,
        event.MessagesFound, event.Stopped, event.Replied, event.LogFile, event.TerminalOutput,
        event.Finished,
    }  # fmt: skip


# --- as another user ---


@pytest.fixture
def nobodys_folder() -> Iterator[Path]:
    """A folder that an ordinary user may use, with a copy of the agent in it."""
    folder = Path(tempfile.mkdtemp(prefix="agent-")).resolve()
    shutil.copytree(TOP / "grader/agent", folder / "grader/agent")
    (folder / "grader/__init__.py").touch()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (folder / "here").mkdir()
    for name in ("work", "home"):
        (folder / "here" / name).mkdir()
    for path in (folder / "here", *(folder / "here").iterdir()):
        os.chown(path, NOBODY, NOBODY)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


NOBODY = 65534
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")

USABLE = "import os, sys; sys.exit(sys.version_info < (3, 11) or not os.access(sys.executable, 1))"


@pytest.fixture(scope="module")
def nobodys_python() -> tuple[str, ...]:
    """Starts Python as an ordinary user; this one's may lie where only root gets."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root, and setpriv")
    for python in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        command = (*AS_NOBODY, python)
        tried = subprocess.run([*command, "-I", "-S", "-c", USABLE], capture_output=True)
        if tried.returncode == 0:
            return command
    pytest.skip("needs a Python that all may use")


def test_an_ordinary_user_can_run_the_agent(nobodys_folder: Path, nobodys_python: tuple[str, ...]):
    done = agent_process.run(
        RIGHT, nobodys_folder / "here", python=nobodys_python, top=nobodys_folder
    )
    assert_complete(done)
    assert done.names == ALL
    assert_all_logged(done)
    assert all(settled.asleep for settled in done.of(event.Settled))


def test_a_kernel_that_hides_calls_costs_patience_only(
    nobodys_folder: Path, nobodys_python: tuple[str, ...]
):
    """As where nobody may look into another process: patience decides, and never wrongly."""
    kernel = nobodys_folder / "grader/agent/kernel/procfs.py"
    refusing = "\n\ndef call(process: int, thread: int) -> None:\n    return None\n"
    refusing += "\n\ndef call_visible(process: int, thread: int) -> bool:\n    return False\n"
    kernel.write_text(kernel.read_text() + refusing)
    steps = "c = stage.connect(); stage.say(c); stage.type()"
    done = agent_process.drive(
        RIGHT, steps, nobodys_folder / "here", python=nobodys_python, top=nobodys_folder
    )
    assert done.play().failure is None, done.explain()
    assert all(message.settled for message in done.play().messages)
    assert not any(settled.asleep for settled in done.of(event.Settled))
