import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from grader.model.plan import Limits, Plan
from grader.sandbox import AgentExit, SandboxError, agent_process, local
from grader.sandbox.framing import LineDecoder
from grader.sandbox.local import LocalSandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the agent needs Linux")


@pytest.fixture
def sandbox(
    stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalSandbox]:
    """A sandbox that must leave nothing in the folder for temporary files."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    yield LocalSandbox(parent=stand_in.parent)
    assert list((tmp_path / "tmp").iterdir()) == []


def run_agent(sandbox: LocalSandbox, source: str, **limits: Any) -> tuple[AgentExit, list[str]]:
    lines: list[str] = []
    wanted = Plan(source=source.encode(), nonces=(), limits=Limits(**limits))
    return sandbox.run(wanted, lambda line: lines.append(line.decode())), lines


def alive(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def test_a_run(sandbox: LocalSandbox) -> None:
    source = """
print(plan["user"], os.path.isdir(plan["root"]), os.path.isdir(plan["home"]))
print("json" in sys.modules, "site" in sys.modules)
sys.stderr.write("oh")
sys.exit(7)
"""
    ending, lines = run_agent(sandbox, source)
    assert ending == AgentExit(exit_code=7, stderr="oh")
    assert lines == ["None True True", "True False"]


def test_runs_share_the_machines_ports_one_after_the_other(
    stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As several threads do, or pytest-xdist's workers: each has a sandbox of its own."""
    monkeypatch.setattr("grader.sandbox.cache.cache_folder", lambda: tmp_path)
    source = f"""
def note(text):
    with open({str(tmp_path / "notes")!r}, "a") as file:
        file.write(text)
note("begins ")
sum(range(1_000_000))
note("ends\\n")
"""

    def run(_: int) -> AgentExit:
        return run_agent(LocalSandbox(parent=stand_in.parent), source)[0]

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(run, range(8))) == {AgentExit(exit_code=0)}
    assert (tmp_path / "notes").read_text() == "begins ends\n" * 8


def test_a_run_goes_on_where_nothing_can_be_locked(
    sandbox: LocalSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("grader.sandbox.cache.cache_folder", lambda: tmp_path / "file")
    assert run_agent(sandbox, "print(1)") == (AgentExit(exit_code=0), ["1"])


def test_no_file_of_the_submission_hides_a_standard_module(
    sandbox: LocalSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base64.py").write_text("raise SystemExit(99)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert run_agent(sandbox, "print('own')") == (AgentExit(exit_code=0), ["own"])


def test_a_long_plan_and_many_lines_pass_at_once(sandbox: LocalSandbox) -> None:
    source = "for n in range(20000): print(n, 'x' * 100)\n#" + "y" * (1 << 20)
    ending, lines = run_agent(sandbox, source)
    assert ending == AgentExit(exit_code=0)
    assert lines == [f"{number} {'x' * 100}" for number in range(20000)]


def test_an_agent_that_cannot_start_tells_why(tmp_path: Path) -> None:
    ending, lines = run_agent(LocalSandbox(parent=tmp_path), "print(1)")
    assert (ending.exit_code, lines) == (1, [])
    assert "No module named" in ending.stderr


def test_an_agent_that_is_killed_has_no_exit_code(sandbox: LocalSandbox) -> None:
    assert run_agent(sandbox, "os.kill(os.getpid(), 9)")[0] == AgentExit(exit_code=None)


def test_an_agent_that_does_not_end_is_killed_with_all_that_it_started(
    sandbox: LocalSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "GRACE_PERIOD", 1.0)
    monkeypatch.setattr(local, "STOP_TIMEOUT", 0.1)
    source = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()  # as a server on a terminal of its own
    if os.fork() == 0:
        os.chdir("/")
    print(os.getpid(), flush=True)
    time.sleep(60)
time.sleep(60)
"""
    ending, lines = run_agent(sandbox, source, total=0.0)
    assert ending == AgentExit(exit_code=None)
    assert len(lines) == 2
    assert not any(alive(int(line)) for line in lines)


def test_what_an_agent_leaves_behind_is_killed(sandbox: LocalSandbox) -> None:
    source = """
process = os.fork()
if process:
    print(process, flush=True)
    os._exit(0)
os.setsid()
time.sleep(60)
"""
    began = time.monotonic()
    lines: list[str] = []

    def receive(line: bytes) -> None:
        lines.append(line.decode())
        assert alive(int(line))
        # It holds the agent's output open: the run ends when we raise.
        raise KeyboardInterrupt

    wanted = Plan(source=source.encode(), nonces=())
    with pytest.raises(KeyboardInterrupt):
        sandbox.run(wanted, receive)
    assert not alive(int(lines[0]))
    assert time.monotonic() - began < 30


def test_an_agent_gets_sigterm_before_it_is_killed(sandbox: LocalSandbox, tmp_path: Path) -> None:
    mark = tmp_path / "terminated"
    source = f"""
import signal
def stop(*_):
    open({str(mark)!r}, "w").close()
    sys.exit()
signal.signal(signal.SIGTERM, stop)
print(1, flush=True)
time.sleep(60)
"""

    def receive(line: bytes) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sandbox.run(Plan(source=source.encode(), nonces=()), receive)
    assert mark.exists()


def test_output_without_end_is_cut_off(
    sandbox: LocalSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_process, "LineDecoder", lambda: LineDecoder(max_total=1 << 20))
    source = "while True: print('x' * 1000)"
    with pytest.raises(SandboxError, match="more than 1048576 bytes"):
        run_agent(sandbox, source)
