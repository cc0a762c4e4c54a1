import signal
from pathlib import Path

import pytest
from checks.histories import history, lines

from cli.samples import FakeSandbox
from grader.cli.main import main
from grader.model.plan import Plan
from grader.runs.run import RunInfo, create_run, timestamp


@pytest.fixture(autouse=True)
def empty_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def grade(capsys):
    """Run the command line: exit status, standard output, standard error."""

    def run(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return stopped.value.code, out, err

    return run


@pytest.fixture
def play(grade, monkeypatch):
    """Grade submissions with these names; the fake sandbox replays these streams."""

    def run(streams: dict, *options: str, source="print()") -> tuple[int, str, str]:
        sandbox = FakeSandbox(*streams.values())
        monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
        for name in streams:
            Path(name).write_text(source)
        # One at a time, so that each submission gets its own stream.
        status, out, err = grade("--sandbox", "none", "--jobs", "1", *options, *streams)
        run.sandbox = sandbox
        return status, out, err

    return run


@pytest.fixture
def stored(tmp_path):
    """Stores finished runs; each call returns a new one's folder."""

    def store(*scenes, submission="zhang.py", **end) -> Path:
        info = RunInfo(submission=submission, sandbox="docker", seed=1, time=timestamp())
        run = create_run(tmp_path / "kept", Plan(source=b"", nonces=()), info)
        run.save_events(lines(*scenes, **end), history(*scenes, **end))
        return run.path

    return store


@pytest.fixture
def the_class(grade, monkeypatch):
    """Grade a class with these names, replaying these streams: status, lines, errors."""

    def run(names, streams, *options, sandbox=None):
        sandbox = sandbox or FakeSandbox(*streams)
        monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
        Path("class").mkdir(exist_ok=True)
        for name in names:
            Path("class", name).write_text(f"# {name}\n")
        status, out, err = grade("--sandbox", "none", "--jobs", "1", *options, "class")
        run.sandbox = sandbox
        return status, out.splitlines(), err

    return run
