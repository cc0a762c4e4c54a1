import signal
from collections import namedtuple
from pathlib import Path

import pytest
from cli.samples import RIGHT, FakeSandbox

from ci.class_repository import RIGHT_SOURCE, ClassRepository, event, write_event
from grader.cli.main import main

CiRun = namedtuple("CiRun", "status out err summary sandbox")
"""The result of ``grade ci``: its exit status and everything that it wrote."""

RUNNER = ("GITHUB_ACTIONS", "GITHUB_EVENT_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_TOKEN")


@pytest.fixture(autouse=True)
def empty_working_folder(tmp_path, monkeypatch):
    place = tmp_path / "workspace"
    place.mkdir()
    monkeypatch.chdir(place)
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG", *RUNNER):
        monkeypatch.delenv(variable, raising=False)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def grade(capsys):
    """Run the command line: exit status, standard output, standard error."""

    def run(*args: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return stopped.value.code, out, err

    return run


@pytest.fixture
def repository(tmp_path):
    return ClassRepository(tmp_path / "class.git")


@pytest.fixture
def pull(grade, repository, tmp_path, monkeypatch):
    """Open a pull request to a class's repository and grade it as GitHub's runner would."""

    def run(
        changes: dict,
        *options: object,
        base: dict | None = None,
        adders: dict | None = None,
        mail: str = "zhang@home.example",
        login: str = "zhang",
        action: str = "opened",
        streams: tuple = (RIGHT,),
    ) -> CiRun:
        """``adders``: by mail address, the files that others committed before."""
        parent = repository.commit({"README.md": b"A class.\n", **(base or {})})
        for who, files in (adders or {}).items():
            parent = repository.commit(files, parent, mail=who)
        head = repository.commit(changes, parent, mail=mail)
        repository.point("refs/heads/main", parent)
        repository.point("refs/pull/7/head", head)
        sandbox = FakeSandbox(*streams)
        monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
        summary = tmp_path / "summary.md"
        summary.unlink(missing_ok=True)
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
        opened = event(parent, head, login=login, action=action)
        monkeypatch.setenv("GITHUB_EVENT_PATH", str(write_event(tmp_path / "event.json", opened)))
        status, out, err = grade(
            "ci", "--repository", repository.folder, "--sandbox", "none", *options
        )
        text = summary.read_text("utf-8") if summary.exists() else ""
        return CiRun(status, out, err, text, sandbox)

    return run


@pytest.fixture
def own() -> dict:
    """The change that a student should make."""
    return {"submissions/zhang.py": RIGHT_SOURCE}


@pytest.fixture
def artifacts():
    return lambda: {path.name: path.read_bytes() for path in Path("grade-ci").iterdir()}
